import { isJsonObject, ownValue, type Json, type JsonObject } from '@featureflags/core';

/** A document that is held. */
interface Documented {
  readonly document: JsonObject;
}

/** The sorted keys of the flags that are other than before, or that use a segment that is. */
export function changedFlags(before: Documented | undefined, after: Documented): string[] {
  const segments = changedMembers(before, after, 'segments');
  const flags = changedMembers(before, after, 'flags');
  if (segments.size > 0) {
    const members = Object.entries(membersOf(after, 'flags'));
    for (const [key, flag] of members) if (uses(flag, segments)) flags.add(key);
  }
  return [...flags].toSorted();
}

function changedMembers(
  before: Documented | undefined,
  after: Documented,
  name: string,
): Set<string> {
  const [old, now] = [membersOf(before, name), membersOf(after, name)];
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return new Set([...keys].filter((key) => !isSame(ownValue(old, key), ownValue(now, key))));
}

function membersOf(documented: Documented | undefined, name: string): JsonObject {
  const members = documented && ownValue(documented.document, name);
  return isJsonObject(members) ? members : {};
}

/** True if two JSON values are equal; the order of members means nothing. */
function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  if (Array.isArray(one) !== Array.isArray(other) || keys.length !== others.length) return false;
  const [a, b] = [one as JsonObject, other as JsonObject];
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

/** True if a condition of one of the flag's rules names one of the segments. */
function uses(flag: Json, segments: ReadonlySet<string>): boolean {
  const names = listIn(flag, 'rules')
    .flatMap((rule) => listIn(rule, 'when'))
    .map((condition) => isJsonObject(condition) && ownValue(condition, 'segment'));
  return names.some((name) => typeof name === 'string' && segments.has(name));
}

function listIn(value: Json, name: string): readonly Json[] {
  const list = isJsonObject(value) ? ownValue(value, name) : undefined;
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
