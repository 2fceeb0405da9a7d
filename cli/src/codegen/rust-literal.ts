import { isJsonObject, type Json } from '@featureflags/core';

import { hexOf, UNSEEN } from './unseen.ts';

/** A boolean or a number as it is, an object as the SDK's. */
export function plain(fallback: Json): string {
  if (typeof fallback === 'number') return numeral(fallback);
  return typeof fallback === 'boolean' ? String(fallback) : expression(fallback);
}

/** A JSON value as an expression of the SDK's `Value`. */
function expression(json: Json): string {
  if (json === null) return 'Value::Null';
  if (typeof json === 'string') return `Value::from(${quoted(json)})`;
  if (typeof json !== 'object') return `Value::from(${plain(json)})`;
  if (!isJsonObject(json)) {
    if (json.length === 0) return 'Value::from(Vec::<Value>::new())';
    return `Value::from(vec![${json.map(expression).join(', ')}])`;
  }
  const members = Object.entries(json).map(
    ([name, each]) => `(${quoted(name)}, ${expression(each)})`,
  );
  return `featureflags_client::object([${members.join(', ')}])`;
}

/** A number of a kind that cannot be taken for an integer. */
function numeral(number: number): string {
  const digits = Object.is(number, -0) ? '-0' : String(number);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** A text as a literal of Rust; half a character becomes U+FFFD, as everywhere in the SDK. */
export function quoted(raw: string): string {
  const escaped = raw
    .toWellFormed()
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(UNSEEN, (character) => `\\u{${hexOf(character)}}`);
  return `"${escaped}"`;
}
