import { MAX_WEIGHT, rolloutSalt, rolloutThreshold, splitSalt } from './buckets.ts';
import { attributeOf, TARGETING_KEY_ATTRIBUTE, type Attribute } from './context.ts';
import {
  checkUnique,
  readFields,
  readList,
  readNumber,
  readOptional,
  readRequired,
  readString,
  report,
  shown,
  type Place,
} from './issue.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { readName } from './parse-conditions.ts';
import type { Served } from './result.ts';
import type { Rollout, Serve, Split } from './snapshot.ts';

/** What a flag offers to those who serve: an answer for each of its variants. */
export interface Serving {
  readonly salt: string;
  /** The variants' names; undefined if the variants themselves could not be read. */
  readonly variants: ReadonlySet<string> | undefined;
}

/** Makes the answer that serves a variant. */
export type Answer = (variant: string, split: boolean) => Served;

/** Reads `{"variant": …}` or `{"split": […], "by": …}`. */
export function readServe(
  place: Place,
  value: Json,
  serving: Serving,
  answer: Answer,
): Serve | undefined {
  if (isJsonObject(value) && Object.hasOwn(value, 'split') && !Object.hasOwn(value, 'variant')) {
    const split = readSplit(place, value, serving, answer);
    return split && { split, served: undefined };
  }
  const object = readFields(place, value, ['variant']);
  if (object === undefined) return undefined;
  const variant = readRequired(place, object, 'variant', (at, name) =>
    readVariantName(at, name, serving),
  );
  return variant === undefined ? undefined : { split: undefined, served: answer(variant, false) };
}

/** Reads the name of one of the flag's variants. */
export function readVariantName(place: Place, value: Json, serving: Serving): string | undefined {
  const name = readString(place, value);
  if (name === undefined || serving.variants === undefined) return undefined;
  if (serving.variants.has(name)) return name;
  const known = [...serving.variants].join(', ');
  return report(place, 'reference', `no variant ${shown(name)}; the flag has: ${known}`);
}

interface Share {
  readonly variant: string;
  readonly weight: number;
}

/** A share as far as it can be read. */
type Read = { readonly [field in keyof Share]: Share[field] | undefined };

function readSplit(
  place: Place,
  object: JsonObject,
  serving: Serving,
  answer: Answer,
): Split | undefined {
  readFields(place, object, ['split', 'by']);
  const by = readOptional(place, object, 'by', readAttribute) ?? TARGETING_KEY_ATTRIBUTE;
  const shares = readRequired(place, object, 'split', (at, list) => readShares(at, list, serving));
  if (shares === undefined) return undefined;
  let weight = 0;
  const ends = shares.map((share) => (weight += share.weight));
  const served = shares.map((share) => answer(share.variant, true));
  return { by, saltHash: splitSalt(serving.salt), weight, ends, served };
}

function readShares(place: Place, value: Json, serving: Serving): Share[] | undefined {
  const before = place.issues.length;
  const seen = new Set<string>();
  const shares = readList(place, value, (at, share) => readShare(at, share, serving, seen));
  if (shares === undefined) return undefined;
  checkWeights(place, shares);
  return place.issues.length > before ? undefined : (shares as Share[]);
}

function readShare(place: Place, value: Json, serving: Serving, seen: Set<string>): Read {
  const object = readFields(place, value, ['variant', 'weight']);
  if (object === undefined) return { variant: undefined, weight: undefined };
  const variant = readRequired(place, object, 'variant', (at, name) => {
    if (typeof name === 'string') checkUnique(at, name, seen);
    return readVariantName(at, name, serving);
  });
  return { variant, weight: readRequired(place, object, 'weight', readWeight) };
}

/** A sum means something only if every weight could be read. */
function checkWeights(place: Place, shares: readonly Read[]): void {
  if (shares.some((share) => share.weight === undefined)) return;
  const weight = shares.reduce((sum, share) => sum + (share as Share).weight, 0);
  if (weight >= 1 && weight <= MAX_WEIGHT) return;
  const bounds = `expected 1 to ${String(MAX_WEIGHT)}`;
  report(place, 'range', `the weights sum to ${String(weight)}; ${bounds}`);
}

function readWeight(place: Place, value: Json): number | undefined {
  const weight = readNumber(place, value);
  if (weight === undefined || (Number.isInteger(weight) && weight >= 0)) return weight;
  return report(place, 'range', `expected a whole number from 0 up, got ${String(weight)}`);
}

/** Reads `{"percent": …, "by": …}`. */
export function readRollout(place: Place, value: Json, salt: string): Rollout | undefined {
  const object = readFields(place, value, ['percent', 'by']);
  if (object === undefined) return undefined;
  const by = readOptional(place, object, 'by', readAttribute) ?? TARGETING_KEY_ATTRIBUTE;
  const percent = readRequired(place, object, 'percent', readPercent);
  if (percent === undefined) return undefined;
  return { percent, by, saltHash: rolloutSalt(salt), threshold: rolloutThreshold(percent) };
}

function readPercent(place: Place, value: Json): number | undefined {
  const percent = readNumber(place, value);
  if (percent === undefined) return undefined;
  const exact = rolloutThreshold(percent) / 1000 === percent;
  if (percent >= 0 && percent <= 100 && exact) return percent;
  const wanted = 'expected 0 to 100 with at most three decimals';
  return report(place, 'range', `${wanted}, got ${String(percent)}`);
}

function readAttribute(place: Place, value: Json): Attribute | undefined {
  const name = readName(place, value);
  if (name === undefined) return undefined;
  return name === TARGETING_KEY_ATTRIBUTE.name ? TARGETING_KEY_ATTRIBUTE : attributeOf(name);
}
