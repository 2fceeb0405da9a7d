// RFC 3339 section 5.6 date-time; groups: year, month, day, hour, minute, second, fraction, offset.
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const MINUTE = 60_000;

/**
 * Reads an RFC 3339 date-time with offset.
 * @returns milliseconds since 1970-01-01T00:00:00Z, further digits cut; undefined if it is none
 */
export function readInstant(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const inRange = hour <= 23 && minute <= 59 && second <= 59 && part(9) <= 23 && part(10) <= 59;
  if (!inRange || !isDate(year, month, day)) return undefined;
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (part(9) * 60 + part(10)) * (match[8] === '-' ? -MINUTE : MINUTE);
  return utc(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond - offset;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(utc(year, month + 1, 0)).getUTCDate();
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; setUTCFullYear does not. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
