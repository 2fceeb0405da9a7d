import {
  isJsonObject,
  jsonType,
  ownValue,
  wellFormed,
  type Json,
  type JsonObject,
} from './json.ts';
import { murmur3 } from './murmur3.ts';
import type { Issue } from './issue.ts';

/** A value that is not missing. */
export type Present = NonNullable<Json>;

/** Who asks: the attributes that rules look at. Made once, used for any number of evaluations. */
export interface Context {
  readonly attributes: JsonObject;
  /** The targeting key as it is spelled for buckets, targets and segments; undefined if missing. */
  readonly targetingKey: string | undefined;
  /** murmur3 of the targeting key, filled in when the first bucket is computed. */
  keyHash: number | undefined;
}

/** An attribute's name, prepared for look-ups when a flag is parsed. */
export interface Attribute {
  readonly name: string;
  /** The other name of the targeting key, if this is one of the two. */
  readonly alias: string | undefined;
  /** The steps of a dotted name; undefined if it has no dots. */
  readonly path: readonly string[] | undefined;
  /** True if objects inherit something of this name, such as `constructor`. */
  readonly inherited: boolean;
}

const TARGETING_KEY = 'targetingKey';
const USER_ID = 'user_id';

/** Makes a context of attributes; the object is kept, not copied. */
export function createContext(attributes: JsonObject): Context {
  const targetingKey = spelled(lookup(TARGETING_KEY_ATTRIBUTE, attributes));
  return { attributes, targetingKey, keyHash: undefined };
}

/**
 * Makes a context of what came through a door.
 * @returns the context, or the issue for which it must be refused
 */
export function parseContext(input: unknown): Context | Issue {
  if (!isJsonObject(input)) {
    return { path: '', code: 'type', message: `expected an object, got ${jsonType(input)}` };
  }
  const context = createContext(input);
  const raw = lookup(TARGETING_KEY_ATTRIBUTE, input);
  if (raw === undefined || context.targetingKey !== undefined) return context;
  const name = ownValue(input, TARGETING_KEY) === raw ? TARGETING_KEY : USER_ID;
  const message = `the targeting key must be a string or an integer, got ${jsonType(raw)}`;
  return { path: `/${name}`, code: 'type', message };
}

/** Prepares an attribute's name. */
export function attributeOf(name: string): Attribute {
  const aliases = new Map([
    [TARGETING_KEY, USER_ID],
    [USER_ID, TARGETING_KEY],
  ]);
  return {
    name,
    alias: aliases.get(name),
    path: name.includes('.') ? name.split('.') : undefined,
    inherited: name in {},
  };
}

/** The attribute that buckets use unless a flag names another. */
export const TARGETING_KEY_ATTRIBUTE: Attribute = attributeOf(TARGETING_KEY);

/** An attribute's value: literally by its name first, then along its dots. Null is missing. */
export function lookup(attribute: Attribute, attributes: JsonObject): Present | undefined {
  const value = attribute.inherited
    ? ownValue(attributes, attribute.name)
    : attributes[attribute.name];
  if (isPresent(value)) return value;
  if (attribute.path !== undefined) return follow(attribute.path, attributes);
  const alias = attribute.alias === undefined ? undefined : attributes[attribute.alias];
  return isPresent(alias) ? alias : undefined;
}

/** Null is missing, and so is a number beyond a double's range. */
export function isPresent(value: Json | undefined): value is Present {
  if (typeof value === 'number') return Number.isFinite(value);
  return value !== undefined && value !== null;
}

function follow(path: readonly string[], attributes: JsonObject): Present | undefined {
  let value: Json | undefined = attributes;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = ownValue(value, name);
  }
  return isPresent(value) ? value : undefined;
}

/** How a value is spelled for hashing; undefined if it counts as missing. */
export function spelled(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return wellFormed(value);
  // String(-0) is "0", as the contract spells it.
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** What of a context goes into its buckets; undefined if that is missing. */
export function bucketingValue(attribute: Attribute, context: Context): string | undefined {
  return attribute === TARGETING_KEY_ATTRIBUTE
    ? context.targetingKey
    : spelled(lookup(attribute, context.attributes));
}

/** murmur3 of a context's bucketing value as a signed integer; undefined if that is missing. */
export function bucketingHash(attribute: Attribute, context: Context): number | undefined {
  if (attribute !== TARGETING_KEY_ATTRIBUTE) return hashOf(bucketingValue(attribute, context));
  return (context.keyHash ??= hashOf(context.targetingKey));
}

/** Signed, because engines keep integers of 32 bits in place and box what is larger. */
function hashOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : murmur3(value) | 0;
}
