import { isJsonObject, type Json } from '@featureflags/core';

/** True if two values are the same JSON; the order of an object's members does not count. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    const [left, right]: [readonly Json[], readonly Json[]] = [one, other];
    return left.length === right.length && left.every((each, index) => same(each, right[index]));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  );
}
