import { isJsonObject, type Json } from '@featureflags/core';

import { hexOf, UNSEEN } from './unseen.ts';

/** How a language spells values. */
export interface Literals {
  readonly words: { readonly true: string; readonly false: string; readonly null: string };
  readonly text: (value: string) => string;
  readonly number: (value: number) => string;
  /** The name of a member, up to its value. */
  readonly member: (name: string) => string;
}

/** A value as the source of an expression. */
export function literal(value: Json, literals: Literals): string {
  const { words, text, number, member } = literals;
  if (value === null) return words.null;
  if (typeof value === 'boolean') return value ? words.true : words.false;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (!isJsonObject(value)) return `[${value.map((each) => literal(each, literals)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([name, each]) => `${member(name)}${literal(each, literals)}`,
  );
  return `{${members.join(', ')}}`;
}

/** Numbers of JSON are numbers of every language here; −0 keeps its sign. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
}

/**
 * A text between double quotes, with the escapes of JSON, which TypeScript and Python share.
 * @param large the escape of a character beyond U+FFFF, by its number in hexadecimal digits
 */
export function quotedText(value: string, large: (hex: string) => string): string {
  return JSON.stringify(value).replaceAll(UNSEEN, (character) => {
    const hex = hexOf(character);
    return hex.length > 4 ? large(hex) : `\\u${hex.padStart(4, '0')}`;
  });
}
