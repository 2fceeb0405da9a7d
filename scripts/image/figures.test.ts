import { expect, test } from 'vitest';

import { figuresTable, missed } from './figures.ts';
import type { Figures } from './measure.ts';

const GOOD: Figures = {
  kind: 'server',
  disk: 117.6e6,
  gzip: 57.9e6,
  zstd: 49.4e6,
  idle: 44.7e6,
  loaded: 56.5e6,
  start: 143,
  bestStart: 43,
  stop: 94,
};

test('the table is one of Markdown, in megabytes and milliseconds', () => {
  expect(
    figuresTable([GOOD])
      .split('\n')
      .at(-1)
      ?.split(/ *\| */),
  ).toEqual(['', 'default: Bun', '117.6', '49.4', '57.9', '44.7', '56.5', '143', '94', '']);
});

test('a target that is met, on a busy machine too, is not told', () => {
  expect(missed(GOOD)).toEqual([]);
  expect(missed({ ...GOOD, kind: 'node', idle: 71.8e6 })).toEqual([]);
});

test.each([
  [{ zstd: 50.1e6 }, 'server: zstd is 50.1 MB, at most 50.0 MB wanted'],
  [{ idle: 51e6 }, 'server: idle is 51.0 MB, at most 50.0 MB wanted'],
  [{ bestStart: 101 }, 'server: bestStart is 101 ms, at most 100 ms wanted'],
  [{ kind: 'slim', disk: 61e6 } as const, 'slim: disk is 61.0 MB, at most 60.0 MB wanted'],
])('%o misses a target', (change, line) => {
  expect(missed({ ...GOOD, ...change })).toContain(line);
});
