import type { FlagType, Json } from '@featureflags/core';
import type { FlagView, VariantView } from '../flag.ts';
import { commentLines } from './comment.ts';

/** What code needs to know of a flag. */
export interface TypedFlag {
  readonly key: string;
  /** Never without words. */
  readonly description: string;
  readonly type: FlagType;
  /** What the flag serves while it is off: the value of its off variant. */
  readonly fallback: Json;
  /** Its variants, each value once. */
  readonly variants: readonly VariantView[];
}

/** The flags of an environment, as code sees them: sorted, archived ones left out. */
export function typedFlags(views: readonly FlagView[]): TypedFlag[] {
  return views
    .filter(({ archived }) => !archived)
    .map(typedFlag)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function typedFlag({ key, description, type, off, variants }: FlagView): TypedFlag {
  const served = variants.find(({ name }) => name === off) ?? variants[0];
  const byValue = new Map(
    variants.toReversed().map((variant) => [JSON.stringify(variant.value), variant]),
  );
  const distinct = [...byValue.values()].toReversed();
  const fallback = served?.value ?? null;
  const words = commentLines(description).length === 0 ? `The flag ${key}.` : description;
  return { key, description: words, type, fallback, variants: distinct };
}

/** A value of a flag of type string: it has no others. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}
