import { emptyObject, type Json, type JsonObject } from '@featureflags/core';

/** The fields in the order in which they are written; new ones where they usually stand. */
export function withFields(
  written: JsonObject,
  order: readonly string[],
  make: (field: string) => Json | undefined,
): JsonObject {
  const names = Object.keys(written);
  for (const field of order) {
    if (names.includes(field)) continue;
    const rank = order.indexOf(field);
    const after = names.findLastIndex((name) => order.indexOf(name) < rank);
    names.splice(after + 1, 0, field);
  }
  const result = emptyObject();
  for (const name of names) {
    const value = make(name);
    if (value !== undefined) result[name] = value;
  }
  return result;
}
