import type { Json, JsonObject } from '@featureflags/core';

/**
 * Who asks: one flat object, the `targetingKey` beside the attributes. A `Date` is its RFC 3339
 * text in UTC; other values that JSON has not are missing.
 */
export type Attributes = Readonly<Record<string, unknown>>;

/** Lists and objects nested deeper than this are missing: that is how a cycle looks. */
const MAX_DEPTH = 100;
/**
 * A context of more values is none. Objects that name each other are gone through on every path
 * there is, and those are more than anybody can wait for: 2^100 for three of them.
 */
const MAX_VALUES = 100_000;

/** How many values may still be gone through. */
interface Budget {
  left: number;
}

/** Thrown of a context that is too large to be gone through. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The context as it is sent to a server, whose clock it is that stands in for `now`.
 * @returns undefined if it is no object
 * @throws TooLarge, and what its members throw
 */
export function sentContext(attributes: unknown): JsonObject | undefined {
  if (attributes === undefined || attributes === null) return {};
  return isObject(attributes) ? plainObject(attributes) : undefined;
}

/** The same; also undefined for what throws when it is looked at, and for what is too large. */
export function readableContext(attributes: unknown): JsonObject | undefined {
  try {
    return sentContext(attributes);
  } catch {
    return undefined;
  }
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
export function isPlainValue(value: unknown, depth = 0, budget?: Budget): boolean {
  const type = typeof value;
  if (type === 'string' || type === 'boolean' || type === 'number') return true;
  if (type !== 'object') return value === undefined;
  return (
    value === null || (depth < MAX_DEPTH && isPlainStructure(value as object, depth + 1, budget))
  );
}

function isPlainStructure(
  value: object,
  depth: number,
  budget: Budget = { left: MAX_VALUES },
): boolean {
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  spend(budget, members.length);
  return members.every((member) => isPlainValue(member, depth, budget));
}

/** @throws TooLarge */
function spend(budget: Budget, values: number): void {
  budget.left -= values;
  if (budget.left >= 0) return;
  throw new TooLarge(
    `the context has more than ${String(MAX_VALUES)} values: give what rules look at, not whole objects of the application`,
  );
}

/**
 * A copy with nothing in it but JSON.
 * @throws TooLarge
 */
export function plainObject(
  object: object,
  depth = 0,
  budget: Budget = { left: MAX_VALUES },
): JsonObject {
  // Without a prototype, so that a name such as `__proto__` is only a name.
  const copy = Object.create(null) as Record<string, Json>;
  const entries = Object.entries(object);
  spend(budget, entries.length);
  for (const [name, value] of entries) {
    const plain = plainValue(value, depth + 1, budget);
    if (plain !== undefined) copy[name] = plain;
  }
  return copy;
}

function plainValue(value: unknown, depth: number, budget: Budget): Json | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return plainList(value, depth, budget);
  const tag = tagOf(value);
  if (tag === '[object Date]') return dateText(value as Date);
  return tag === '[object Object]' ? plainObject(value, depth, budget) : undefined;
}

function plainList(list: readonly unknown[], depth: number, budget: Budget): Json {
  spend(budget, list.length);
  return list.map((element) => plainValue(element, depth + 1, budget) ?? null);
}

/** An invalid date is missing. */
function dateText(date: Date): string | undefined {
  const time = date.getTime();
  return Number.isNaN(time) ? undefined : date.toISOString();
}
