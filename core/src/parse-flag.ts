import { answer, type Draft } from './draft.ts';
import {
  readBoolean,
  readFields,
  readList,
  readOptional,
  readRequired,
  readString,
  type Place,
} from './issue.ts';
import type { Json, JsonObject } from './json.ts';
import type { Surroundings } from './parse-conditions.ts';
import { readRequirement, readRules, readTargets } from './parse-rules.ts';
import { readServe, readVariantName } from './parse-serving.ts';
import { readHash, readMetadata, readType, readVariants, variantNames } from './parse-variants.ts';
import type { Failed } from './result.ts';
import type { Fallback, Flag, FlagType, Serve, Variant } from './snapshot.ts';

const FIELDS = [
  'type',
  'enabled',
  'hash',
  'salt',
  'variants',
  'off',
  'requires',
  'targets',
  'rules',
  'default',
  'metadata',
];

/** Reads one flag in its explicit form; undefined if there was an issue. */
export function readFlag(
  place: Place,
  key: string,
  value: Json,
  surroundings: Surroundings,
): Flag | undefined {
  const before = place.issues.length;
  const object = readFields(place, value, FIELDS);
  if (object === undefined) return undefined;
  const type = readRequired(place, object, 'type', readType);
  readRequired(place, object, 'hash', readHash);
  const enabled = readRequired(place, object, 'enabled', readBoolean) ?? false;
  const variants = readRequired(place, object, 'variants', (at, list) =>
    readVariants(at, list, type),
  );
  const draft = draftOf(place, key, object, variants);
  const parts = readParts(place, object, draft, surroundings);
  if (place.issues.length > before || parts === undefined) return undefined;
  return {
    key,
    type: type as FlagType,
    enabled,
    variants: variants as Variant[],
    metadata: draft.metadata,
    ...parts,
  };
}

function draftOf(
  place: Place,
  key: string,
  object: JsonObject,
  variants: readonly Variant[] | undefined,
): Draft {
  const values = new Map(variants?.map((variant) => [variant.name, variant.value]));
  return {
    key,
    values,
    salt: readRequired(place, object, 'salt', readString) ?? '',
    variants: variantNames(object),
    metadata: readOptional(place, object, 'metadata', readMetadata) ?? {},
  };
}

type Parts = Pick<Flag, 'disabled' | 'off' | 'requires' | 'targets' | 'rules' | 'fallback'>;

function readParts(
  place: Place,
  object: JsonObject,
  draft: Draft,
  surroundings: Surroundings,
): Parts | undefined {
  const off = readRequired(place, object, 'off', (at, name) => readVariantName(at, name, draft));
  const requires = readOptional(place, object, 'requires', (at, list) =>
    readList(at, list, (each, value) => readRequirement(each, value, draft, off ?? '')),
  );
  const targets = readOptional(place, object, 'targets', (at, list) =>
    readTargets(at, list, draft),
  );
  const rules = readOptional(place, object, 'rules', (at, list) =>
    readRules(at, list, draft, surroundings),
  );
  const reason = targets !== undefined || (rules ?? []).length > 0 ? 'DEFAULT' : 'STATIC';
  const fallback = readRequired(place, object, 'default', (at, serve) =>
    readFallback(at, serve, draft, reason),
  );
  if (off === undefined || fallback === undefined) return undefined;
  const disabled = answer(draft, off, 'DISABLED');
  return { disabled, off, requires: requires ?? [], targets, rules: rules ?? [], fallback };
}

function readFallback(
  place: Place,
  value: Json,
  draft: Draft,
  reason: 'DEFAULT' | 'STATIC',
): Fallback | undefined {
  const serve = readServe(place, value, draft, (variant, split) =>
    answer(draft, variant, split ? 'SPLIT' : reason),
  );
  return serve && { serve, keyMissing: keyMissing(draft, serve) };
}

function keyMissing(draft: Draft, serve: Serve): Failed {
  const by = serve.split?.by.name ?? '';
  const errorMessage = `${draft.key} is split by ${by}, which the context does not have`;
  const { key, metadata } = draft;
  return { key, reason: 'ERROR', errorCode: 'TARGETING_KEY_MISSING', errorMessage, metadata };
}
