import type { Json, JsonObject } from '@featureflags/core';

/**
 * Who asks: one flat object, the `targetingKey` beside the attributes. A `Date` is its RFC 3339
 * text in UTC; other values that JSON has not are missing.
 */
export type Attributes = Readonly<Record<string, unknown>>;

/** Lists and objects nested deeper than this are missing: that is how a cycle looks. */
const MAX_DEPTH = 100;

/** The context as it is sent to a server, whose clock it is that stands in for `now`. */
export function sentContext(attributes: unknown): JsonObject | undefined {
  if (attributes === undefined || attributes === null) return {};
  return isObject(attributes) ? plainObject(attributes) : undefined;
}

/** True for what JSON calls an object, whatever its class. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && tagOf(value) === '[object Object]';
}

function tagOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return '[object Object]';
  return Object.prototype.toString.call(value);
}

/** True for an object as JSON's parser and literals make them, without a class. */
export function isPlainObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** True if rules can look at all members as they are. */
export function hasPlainMembers(object: JsonObject): boolean {
  for (const name in object) if (!isPlainValue(object[name])) return false;
  return true;
}

/** True for JSON, for undefined, and for numbers that are not finite: core passes these over. */
export function isPlainValue(value: unknown, depth = 0): boolean {
  const type = typeof value;
  if (type === 'string' || type === 'boolean' || type === 'number') return true;
  if (type !== 'object') return value === undefined;
  return value === null || (depth < MAX_DEPTH && isPlainStructure(value as object, depth + 1));
}

function isPlainStructure(value: object, depth: number): boolean {
  if (Array.isArray(value)) return value.every((element) => isPlainValue(element, depth));
  if (!isPlainObject(value)) return false;
  return Object.values(value).every((member) => isPlainValue(member, depth));
}

/** A copy with nothing in it but JSON. */
export function plainObject(object: object, depth = 0): JsonObject {
  // Without a prototype, so that a name such as `__proto__` is only a name.
  const copy = Object.create(null) as Record<string, Json>;
  for (const [name, value] of Object.entries(object)) {
    const plain = plainValue(value, depth + 1);
    if (plain !== undefined) copy[name] = plain;
  }
  return copy;
}

function plainValue(value: unknown, depth: number): Json | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((element) => plainValue(element, depth + 1) ?? null);
  const tag = tagOf(value);
  if (tag === '[object Date]') return dateText(value as Date);
  return tag === '[object Object]' ? plainObject(value, depth) : undefined;
}

/** An invalid date is missing. */
function dateText(date: Date): string | undefined {
  const time = date.getTime();
  return Number.isNaN(time) ? undefined : date.toISOString();
}
