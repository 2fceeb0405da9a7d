import { wrongUse } from './failure.ts';

/** Reads `first`, `last` or a place counted from 1, as an index among `count` places. */
export function parsePosition(text: string, count: number): number {
  if (text === 'first') return 0;
  if (text === 'last') return count - 1;
  const place = /^\d+$/.test(text) ? Number(text) : 0;
  if (place >= 1 && place <= count) return place - 1;
  const range = count > 1 ? `a number from 1 to ${String(count)}` : '1';
  throw wrongUse(
    `${JSON.stringify(text)} is no place in the list; expected first, last or ${range}.`,
  );
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
