import {
  below,
  checkFilled,
  readFields,
  readList,
  readObject,
  readRequired,
  readString,
  readUniqueKey,
  report,
  shown,
  type Place,
} from './issue.ts';
import {
  freezeDeep,
  isFinite,
  isJsonObject,
  isShallow,
  jsonType,
  MAX_DEPTH,
  ownValue,
  type Json,
} from './json.ts';
import type { Metadata } from './result.ts';
import type { FlagType, Variant } from './snapshot.ts';

/** The flag types, in the order in which messages list them. */
export const FLAG_TYPES: readonly FlagType[] = ['boolean', 'string', 'number', 'object'];

/** The bucketing algorithms that this reader knows; see section 3 of spec/evaluation.md. */
export const HASHES: readonly string[] = ['ff1'];

/** Reads the name of a flag type. */
export function readType(place: Place, value: Json): FlagType | undefined {
  const name = readString(place, value);
  const type = FLAG_TYPES.find((known) => known === name);
  if (name === undefined || type !== undefined) return type;
  const known = FLAG_TYPES.join(', ');
  return report(place, 'unsupported', `${shown(name)} is not a flag type; known: ${known}`);
}

/** Reads the name of a bucketing algorithm. */
export function readHash(place: Place, value: Json): string | undefined {
  const name = readString(place, value);
  if (name === undefined || HASHES.includes(name)) return name;
  const known = HASHES.join(', ');
  return report(
    place,
    'unsupported',
    `this reader cannot bucket by ${shown(name)}; known: ${known}`,
  );
}

/** Reads a flag's variants; each value must be of the flag's type. */
export function readVariants(
  place: Place,
  value: Json,
  type: FlagType | undefined,
): Variant[] | undefined {
  const seen = new Set<string>();
  const variants = readList(place, value, (at, each) => readVariant(at, each, type, seen));
  checkFilled(place, value, 'variant');
  return variants;
}

/**
 * The names of a flag's variants as far as they can be read, whatever else is wrong with it;
 * undefined if it has no list of variants.
 */
export function variantNames(flag: Json): ReadonlySet<string> | undefined {
  const variants = isJsonObject(flag) ? ownValue(flag, 'variants') : undefined;
  if (!Array.isArray(variants)) return undefined;
  const names = variants.map((each: Json) => (isJsonObject(each) ? ownValue(each, 'name') : null));
  return new Set(names.filter((name) => typeof name === 'string'));
}

function readVariant(
  place: Place,
  value: Json,
  type: FlagType | undefined,
  seen: Set<string>,
): Variant | undefined {
  const object = readFields(place, value, ['name', 'value']);
  if (object === undefined) return undefined;
  const name = readRequired(place, object, 'name', (at, each) => readUniqueKey(at, each, seen));
  const read = readRequired(place, object, 'value', (at, each) => readVariantValue(at, each, type));
  return name === undefined || read === undefined ? undefined : { name, value: read };
}

function readVariantValue(place: Place, value: Json, type: FlagType | undefined): Json | undefined {
  const isOfType = jsonType(value) === type && (type !== 'number' || Number.isFinite(value));
  if (type !== undefined && !isOfType) {
    return report(place, 'value', `the flag's type is ${type}, this value is ${shown(value)}`);
  }
  if (!isShallow(value)) {
    return report(place, 'range', `the value is nested more than ${String(MAX_DEPTH)} deep`);
  }
  if (!isFinite(value)) return report(place, 'range', 'a number in the value is too large');
  freezeDeep(value);
  return value;
}

/** Reads what OFREP lets metadata hold. */
export function readMetadata(place: Place, value: Json): Metadata | undefined {
  const object = readObject(place, value);
  for (const [name, entry] of Object.entries(object ?? {})) {
    const at = below(place, name);
    if (!['string', 'number', 'boolean'].includes(typeof entry)) {
      const got = jsonType(entry);
      report(at, 'type', `expected a string, a number or a boolean, got ${got}`);
    } else if (!isFinite(entry)) {
      report(at, 'range', 'the number is too large');
    }
  }
  return object as Metadata | undefined;
}
