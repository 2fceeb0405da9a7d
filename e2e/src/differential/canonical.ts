import type { Json } from '@featureflags/core';

/**
 * One spelling for each JSON value, the same in every language: keys by code points, no spaces,
 * ASCII only, lone surrogates as U+FFFD, and numbers as the bits of their double, because three
 * languages print them in three ways.
 */
export function canonical(value: Json): string {
  if (typeof value === 'string') return text(value);
  // A number beyond doubles is null in JSON, and to the contract: 4.not_finite.
  if (typeof value === 'number') return Number.isFinite(value) ? `"n${bits(value)}"` : 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).toSorted(([one], [other]) => byCodePoints(one, other));
    return `{${members.map(([key, member]) => `${text(key)}:${canonical(member)}`).join(',')}}`;
  }
  return String(value);
}

function text(value: string): string {
  const escaped = JSON.stringify(value.toWellFormed());
  return escaped.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const double = new DataView(new ArrayBuffer(8));

function bits(number: number): string {
  double.setFloat64(0, number === 0 ? 0 : number);
  return double.getBigUint64(0).toString(16).padStart(16, '0');
}

/** JavaScript compares UTF-16 units, in which a character above U+FFFF comes before U+E000. */
function byCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
