import { emptyObject, ownValue, type Json, type JsonObject } from '@featureflags/core';

/** `[{name: "blue", value: 1}]` → `{blue: 1}`, if that says the same. */
export function namedMembers(
  list: Json,
  name: string,
  value: string,
  shorten: (each: Json) => Json = (each) => each,
): Json {
  const members = emptyObject();
  const entries = list as readonly JsonObject[];
  for (const each of entries) {
    const key = ownValue(each, name);
    // An object's numeric members do not stay in the order in which they were added.
    if (typeof key !== 'string' || /^\d+$/.test(key) || Object.hasOwn(members, key)) return list;
    const size = Object.keys(each).length - (ownValue(each, 'op') === undefined ? 0 : 1);
    if (size !== 2 || ownValue(each, value) === undefined) return list;
    members[key] = shorten(ownValue(each, value) as Json);
  }
  return entries.length === 0 ? list : members;
}
