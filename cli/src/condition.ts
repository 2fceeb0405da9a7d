import { OPERATOR_NAMES, type Json } from '@featureflags/core';
import { checkNotJoined, checkOneEach } from './condition-joined.ts';
import { wrongUse } from './failure.ts';
import type { ConditionView } from './flag.ts';

/** What `--when` accepts, for help texts and messages. */
export const CONDITION_FORMS: readonly (readonly [form: string, meaning: string])[] = [
  ['country=US', 'is US; of several values (country=US,CA) one is enough'],
  ['country!=US', 'is there, and is not US'],
  ['plan~=^pro', 'matches the regular expression (RE2)'],
  ["'email^=a'  'email$=@acme.com'  'email*=b'", 'begins with, ends with, contains'],
  ["'age>=18'  'age<65'  >  <=", 'is a number so much; mind the quotes'],
  ["segment:beta  '!segment:beta'", 'the user is in the segment; is not'],
  ["has:email  '!has:email'", 'the attribute is there; is not'],
  ["'version semver_gte 1.4.0'", 'any operator by its name: attribute, operator, values'],
  [`'{"attribute":"plan","op":"in","values":["pro"]}'`, 'a condition as the API has it'],
];

const SHORT_FORMS =
  'country=US, country!=US,CA, plan~=^pro, email$=@acme.com, age>=18, segment:beta, has:email';

const SYMBOLS: Readonly<Record<string, string>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'not_in',
  '~=': 'matches',
  '^=': 'starts_with',
  '$=': 'ends_with',
  '*=': 'contains',
  '>=': 'gte',
  '<=': 'lte',
  '>': 'gt',
  '<': 'lt',
};

const SYMBOLIC = /^([^\s=!~^$*<>]+)\s*(==|!=|~=|\^=|\$=|\*=|>=|<=|=|>|<)\s*(.*)$/s;
const GENERAL = /^(\S+)\s+([a-z_]+)(?:\s+(.*))?$/s;
const NAMED = /^(!?)(segment|has):(.+)$/s;
const KNOWN: ReadonlySet<string> = new Set(OPERATOR_NAMES);
const NUMERIC: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);
/** A comma is part of many patterns, so that there is only ever one. */
const PATTERN = /matches$/;
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Reads one condition as people write it on a command line. */
export function parseCondition(text: string): ConditionView {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return parseJson(trimmed);
  const [, not, kind, name = ''] = NAMED.exec(trimmed) ?? [];
  if (kind !== undefined) checkNotJoined(trimmed, name);
  if (kind === 'segment')
    return { segment: name.trim(), op: not ? 'not_in_segment' : 'in_segment' };
  if (kind === 'has') return { attribute: name.trim(), op: not ? 'not_exists' : 'exists' };
  const [, attribute, symbol, values = ''] = SYMBOLIC.exec(trimmed) ?? [];
  if (attribute !== undefined && symbol !== undefined) {
    checkSpelling(trimmed, symbol, values);
    return compared(attribute, SYMBOLS[symbol] ?? symbol, values);
  }
  return parseNamed(trimmed);
}

/** Attribute, operator by its name, values. */
function parseNamed(text: string): ConditionView {
  const [, attribute, op, values = ''] = GENERAL.exec(text) ?? [];
  if (attribute === undefined || op === undefined) throw unreadable(text);
  if (!KNOWN.has(op)) throw unreadable(text, `: there is no operator ${op}`);
  checkNotJoined(text, values);
  const isExistence = op.endsWith('exists');
  if (isExistence !== (values === '')) throw unreadable(text);
  if (isExistence) return { attribute, op };
  if (op.endsWith('in_segment')) return { segment: values, op };
  if (!PATTERN.test(op)) checkOneEach(text, values);
  return compared(attribute, op, values);
}

/** Reads conditions joined by `&&`. */
export function parseConditions(text: string): ConditionView[] {
  const isJson = text.trimStart().startsWith('{');
  return isJson ? [parseCondition(text)] : splitJoined(text).map(parseCondition);
}

/** Splits at `&&`; one in double quotes belongs to its value. */
function splitJoined(text: string): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|\s+&&\s+|./gs)) {
    if (/^\s+&&\s+$/.test(piece)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return parts;
}

function parseJson(text: string): ConditionView {
  try {
    return JSON.parse(text) as ConditionView;
  } catch (error) {
    throw wrongUse(`The condition ${text} is not JSON: ${(error as Error).message}`);
  }
}

function checkSpelling(text: string, symbol: string, values: string): void {
  if (values === '') {
    throw wrongUse(`The condition ${text} has no value; for an empty one write ${text}'""'.`);
  }
  // The other order, as Ruby and Bash write it, would silently be a text that begins with ~.
  if (symbol === '=' && /^[~^$*<>]/.test(values)) {
    const sign = values.charAt(0);
    const meant = `${sign}=`;
    const literal = JSON.stringify(values);
    throw wrongUse(
      `The condition ${text} can be read in two ways; write ${meant} for ${SYMBOLS[meant] ?? 'that'}, ` +
        `or put the value in double quotes: =${literal}.`,
    );
  }
  checkNotJoined(text, values);
}

function compared(attribute: string, op: string, text: string): ConditionView {
  const operands = PATTERN.test(op) ? [unquoted(text)] : splitValues(text);
  const values: Json[] = NUMERIC.has(op) ? operands.map(parseNumber) : operands;
  return { attribute, op, values };
}

function parseNumber(text: string): number {
  if (JSON_NUMBER.test(text)) return Number(text);
  throw wrongUse(
    `${JSON.stringify(text)} is not a number, and > >= < <= compare numbers only. ` +
      "For times and versions there are before, after and semver_lt: 'version semver_lt 2.0.0'.",
  );
}

/** Splits at commas; one in double quotes does not count. */
export function splitValues(text: string): string[] {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  return parts.map((part) => unquoted(part.trim()));
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    throw wrongUse(`${text} begins with a double quote but is not a JSON string.`);
  }
}

function unreadable(text: string, why = ''): Error {
  return wrongUse(
    `${JSON.stringify(text)} is not a condition${why}. Expected one such as ${SHORT_FORMS}; all are in: ffctl rule add --help`,
  );
}
