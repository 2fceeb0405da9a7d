/** Any value that JSON can spell. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. Its keys are data: read them with {@link ownValue}, never through a prototype. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** How deep lists and objects may be nested in a value; deeper ones overflow JSON writers. */
export const MAX_DEPTH = 64;

/** The JSON type of a value, as messages name it; `undefined` is "nothing". */
export function jsonType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** True if `value` is an object in JSON's sense: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value for `key`; undefined if it has none, whatever its prototype offers. */
export function ownValue(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An empty object without a prototype, so that a key such as `__proto__` is only a key. */
export function emptyObject<T = Json>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** The text as UTF-8 can hold it: a lone surrogate becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/**
 * True if lists and objects are nested at most {@link MAX_DEPTH} deep.
 * Goes level by level, not recursively, so that no value can overflow the stack.
 */
export function isShallow(value: Json): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const nests = level.filter((each) => typeof each === 'object' && each !== null);
    if (nests.length === 0) return true;
    level = nests.flatMap((each) => Object.values(each));
  }
  return false;
}

/** True if every number in a shallow value is one that JSON can spell: a finite one. */
export function isFinite(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((member: Json) => isFinite(member));
}

/** Freezes a shallow value and all that it holds. */
export function freezeDeep(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freezeDeep(member);
}
