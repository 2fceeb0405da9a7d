import type { Json } from './json.ts';
import type { Serving } from './parse-serving.ts';
import type { Metadata, Served } from './result.ts';

/** A flag while it is read: what its parts need of each other. */
export interface Draft extends Serving {
  readonly key: string;
  readonly values: ReadonlyMap<string, Json>;
  readonly metadata: Metadata;
}

/** Makes the answer that serves a variant of the flag. */
export function answer(
  draft: Draft,
  variant: string,
  reason: Served['reason'],
  ruleId?: string,
): Served {
  return {
    key: draft.key,
    value: draft.values.get(variant) as Json,
    variant,
    reason,
    ...(ruleId === undefined ? {} : { ruleId }),
    metadata: draft.metadata,
  };
}
