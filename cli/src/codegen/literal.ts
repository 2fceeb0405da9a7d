import { isJsonObject, type Json } from '@featureflags/core';

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

/** What readers do not see, or in another order than it stands, and what is half a character. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text between double quotes, with the escapes of JSON, which TypeScript and Python share. */
export function quotedText(value: string): string {
  return JSON.stringify(value).replaceAll(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
