import type { Json } from '@featureflags/core';

/** How a scalar is quoted: plain where that is safe, or as the one before it in the file. */
export type Quotes = 'plain' | 'single' | 'double';

/** What YAML 1.2's core schema does not take for a text. */
const NOT_TEXT =
  /^(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|<<|[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
/** What begins something else, ends the text early, or is lost on the way. */
const NEEDS_QUOTES = /^[-?:,[\]{}#&*!|>'"%@`]|^\.\.\.|:(\s|$)|\s#|^\s|\s$/;
const FLOW_INDICATOR = /[,[\]{}]/;
/** YAML asks for these to be escaped; a line break would need care that a quoted text does not. */
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** A scalar on one line, fit for block and flow collections and for keys. */
export function scalarText(value: Json, quotes: Quotes = 'plain'): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isSafe = value.search(CONTROL) < 0 && value.isWellFormed();
  if (isSafe && quotes === 'single') return `'${value.replaceAll("'", "''")}'`;
  if (isSafe && quotes === 'plain' && isPlain(value)) return value;
  return JSON.stringify(value).replaceAll(CONTROL, escaped);
}

function isPlain(text: string): boolean {
  return !NOT_TEXT.test(text) && !NEEDS_QUOTES.test(text) && !FLOW_INDICATOR.test(text);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
