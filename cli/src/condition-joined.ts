import { wrongUse } from './failure.ts';

// What people write who expect more of a condition than it can say. Read as one long value it
// would make a rule that never holds, and nobody would be told.

const QUOTED = /"(?:[^"\\]|\\.)*"/gs;
const JOINER = /\s(?:\|\||&&|and|or)(?:\s|$)|^(?:\|\||&&|and|or)\s|\w(?:\|\||&&)\w+[=!<>~^$*]/i;
const SECOND = /[\s,]\s*[\w.-]+\s*(?:[!~^$*<>=]?=|[<>])\s*\S/;

/** @throws Failure if an unquoted part of the values looks like a second condition */
export function checkNotJoined(text: string, values: string): void {
  const unquoted = values.replace(QUOTED, '""');
  if (!JOINER.test(unquoted) && !SECOND.test(unquoted)) return;
  throw wrongUse(
    `${JSON.stringify(text)} looks like more than one condition: write two --when, or && between ` +
      'them; either/or needs two rules; quote the value if you mean it.',
  );
}

/** @throws Failure if blanks separate values: only commas do */
export function checkOneEach(text: string, values: string): void {
  const parts = values.replace(QUOTED, '""').split(',');
  if (parts.every((part) => !/\s/.test(part.trim()))) return;
  throw wrongUse(
    `${JSON.stringify(text)} has blanks in its values: separate values by commas, and put one that ` +
      'has a blank in double quotes.',
  );
}
