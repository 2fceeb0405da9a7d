import { expect, test } from 'vitest';
import { parsePosition } from './position.ts';
import { parsePercent, parseServe, readPercent } from './serving.ts';

test('what a rule serves', () => {
  expect(parseServe('on')).toEqual({ variant: 'on' });
  const split = [
    { variant: 'a', weight: 50 },
    { variant: 'b', weight: 0 },
  ];
  expect(parseServe('a=50, b=0')).toEqual({ split });
  expect(parseServe('a=50,b=0', 'company')).toEqual({ split, by: 'company' });
});

test.each(['', 'a b', 'a,b', 'a=1,b', 'a=x', 'a=1.5', '=1'])('%j is refused', (text) => {
  expect(() => parseServe(text)).toThrow(/is not what a rule can serve; expected a variant/);
});

test.each([
  ['10%', 10],
  ['10', 10],
  ['0%', 0],
  ['100%', 100],
  ['0.125%', 0.125],
])('%s', (text, percent) => {
  expect(parsePercent(text)).toBe(percent);
});

test.each(['101%', '-1%', '1.2345%', 'x', '%', ''])('%j is no percentage', (text) => {
  expect(() => parsePercent(text)).toThrow(/expected 0% to 100% with at most three decimals/);
});

test('a number beyond 100 is a number', () => {
  expect(readPercent('400')).toBe(400);
  expect(readPercent('flag')).toBeUndefined();
});

test('places', () => {
  expect([parsePosition('first', 3), parsePosition('last', 3), parsePosition('2', 3)]).toEqual([
    0, 2, 1,
  ]);
  expect(() => parsePosition('4', 3)).toThrow(
    /"4" is no place in the list; expected first, last or a number from 1 to 3/,
  );
  expect(() => parsePosition('x', 1)).toThrow(/expected first, last or 1\./);
});
