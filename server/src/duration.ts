const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 60 * 60 * SECOND,
  d: DAY,
  w: 7 * DAY,
};

/**
 * Reads a time such as `30d`: a whole number of seconds, minutes, hours, days or weeks.
 * @returns milliseconds; undefined if it is none
 */
export function readDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const length = UNITS[unit];
  return length === undefined ? undefined : Number(count) * length;
}
