import { isJsonObject, jsonType, ownValue, type Json, type JsonObject } from './json.ts';

/**
 * What can be wrong with a piece of a snapshot:
 * - `type` another JSON type was expected; `required` a field is missing;
 * - `unknown` a field, `unsupported` a name that this reader does not know;
 * - `key` not a valid key; `range` a number or a count out of bounds; `value` unreadable operand;
 * - `reference` names something that is not there; `duplicate`; `cycle`; `pattern` does not compile.
 */
export type IssueCode =
  | 'type'
  | 'required'
  | 'unknown'
  | 'unsupported'
  | 'key'
  | 'range'
  | 'value'
  | 'reference'
  | 'duplicate'
  | 'cycle'
  | 'pattern';

/** One thing that is wrong, where it is (RFC 6901 JSON Pointer) and what to do about it. */
export interface Issue {
  readonly path: string;
  readonly code: IssueCode;
  readonly message: string;
}

/** A place in the document that is being read, and the list that its issues go to. */
export interface Place {
  readonly path: string;
  readonly issues: Issue[];
}

/** The place of a member or an element below `place`. */
export function below(place: Place, name: string | number): Place {
  const token = typeof name === 'string' ? escaped(name) : String(name);
  return { path: `${place.path}/${token}`, issues: place.issues };
}

/** Looks before it replaces: places are made for every part of a document, escapes are rare. */
function escaped(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

/** A member's name as a step of a JSON Pointer. */
export function pointerStep(name: string): string {
  return `/${escaped(name)}`;
}

/** Notes an issue; returns undefined, so that a reader can `return report(…)`. */
export function report(place: Place, code: IssueCode, message: string): undefined {
  place.issues.push({ path: place.path, code, message });
  return undefined;
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** True if `text` can be the key of a flag, variant, rule, segment or environment. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** Reports unless `key` is a valid key. */
export function checkKey(place: Place, key: string): boolean {
  if (isKey(key)) return true;
  report(
    place,
    'key',
    `${shown(key)} is not a key: 1 to 128 letters, digits, ".", "_" or "-", first a letter or digit`,
  );
  return false;
}

export function readString(place: Place, value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return report(place, 'type', `expected a string, got ${jsonType(value)}`);
}

export function readKey(place: Place, value: unknown): string | undefined {
  const key = readString(place, value);
  return key !== undefined && checkKey(place, key) ? key : undefined;
}

/** Reads a key that no other in `seen` equals, and adds it to them. */
export function readUniqueKey(place: Place, value: unknown, seen: Set<string>): string | undefined {
  const key = readString(place, value);
  if (key === undefined) return undefined;
  const valid = checkKey(place, key);
  return checkUnique(place, key, seen) && valid ? key : undefined;
}

/** Reports unless no other in `seen` equals the name, and adds it to them. */
export function checkUnique(place: Place, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) {
    report(place, 'duplicate', `there is ${shown(name)} already`);
    return false;
  }
  seen.add(name);
  return true;
}

/** Reports a list without elements. */
export function checkFilled(place: Place, value: unknown, element: string): void {
  if (Array.isArray(value) && value.length === 0) {
    report(place, 'range', `expected at least one ${element}`);
  }
}

export function readBoolean(place: Place, value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return report(place, 'type', `expected true or false, got ${jsonType(value)}`);
}

export function readNumber(place: Place, value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return report(place, 'type', `expected a number, got ${jsonType(value)}`);
}

/** Reads an object and reports each field that is not one of `fields`. */
export function readFields(
  place: Place,
  value: unknown,
  fields: readonly string[],
): JsonObject | undefined {
  const object = readObject(place, value);
  if (object === undefined) return undefined;
  for (const name of Object.keys(object)) {
    if (fields.includes(name)) continue;
    report(below(place, name), 'unknown', `unknown field; known here: ${fields.join(', ')}`);
  }
  return object;
}

export function readObject(place: Place, value: unknown): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  return report(place, 'type', `expected an object, got ${jsonType(value)}`);
}

/** Reads each element of a list; an element that `read` refuses is left out (and reported). */
export function readList<T>(
  place: Place,
  value: unknown,
  read: (place: Place, element: Json) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value))
    return report(place, 'type', `expected a list, got ${jsonType(value)}`);
  return value
    .map((element: Json, index) => read(below(place, index), element))
    .filter((element): element is T & ({} | null) => element !== undefined);
}

/** Reads a field that must be there. */
export function readRequired<T>(
  place: Place,
  object: JsonObject,
  name: string,
  read: (place: Place, value: Json) => T | undefined,
): T | undefined {
  const value = ownValue(object, name);
  const field = below(place, name);
  return value === undefined ? report(field, 'required', `${name} is missing`) : read(field, value);
}

/** Reads a field that may be left out. */
export function readOptional<T>(
  place: Place,
  object: JsonObject,
  name: string,
  read: (place: Place, value: Json) => T | undefined,
): T | undefined {
  const value = ownValue(object, name);
  return value === undefined ? undefined : read(below(place, name), value);
}

/** A value as a message shows it: a scalar as JSON, cut after 60 characters; else its type. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
