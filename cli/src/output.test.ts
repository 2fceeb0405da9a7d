import { expect, test } from 'vitest';
import { cut, lookOf, printable, shownValue, widthOf, type Look } from './look.ts';
import { counted, fieldsText, spell, tableText } from './output.ts';

const UTF8 = { LANG: 'C.UTF-8' };

function look(columns?: number): Look {
  return lookOf({ isTerminal: columns !== undefined, columns, env: UTF8 }, false);
}

const TABLE = {
  header: ['flag', 'tags'],
  rows: [
    ['a', 'x'],
    ['long_one', ''],
    ['日本', 'y'],
  ],
};

test('a table has columns as wide as they need', () => {
  expect(tableText(TABLE, look())).toBe('FLAG      TAGS\na         x\nlong_one\n日本      y\n');
});

test('on a terminal the flexible columns give way, the widest first', () => {
  const table = {
    header: ['a', 'b', 'c'],
    rows: [['x'.repeat(12), 'y'.repeat(30), 'z'.repeat(20)]],
  };
  const text = tableText({ ...table, flexible: [1, 2] }, look(50));
  expect(text.split('\n')[1]).toBe(`${'x'.repeat(12)}  ${'y'.repeat(13)}…  ${'z'.repeat(20)}`);
  const narrow = tableText({ ...table, flexible: [1, 2] }, look(10));
  expect(narrow.split('\n')[1]).toBe(`${'x'.repeat(12)}  yyyyyyy…  zzzzzzz…`);
  expect(tableText(table, look(10))).toContain('z'.repeat(20));
});

test('fields are one below the other, empty ones left out', () => {
  const fields = [
    ['state', 'on'],
    ['owner', ''],
    ['variants', 'on, off'],
  ] as const;
  expect(fieldsText(fields, look())).toBe('state     on\nvariants  on, off\n');
});

test('documents for programs', async () => {
  const document = { key: 'a', list: ['on', 'no: yes'] };
  expect(await spell(document, 'json')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  expect(await spell(document, 'yaml')).toBe('key: a\nlist:\n  - on\n  - "no: yes"\n');
});

test('counts', () => {
  expect([counted(1, 'rule'), counted(2, 'rule')]).toEqual(['1 rule', '2 rules']);
});

test('colors on a terminal only, and only if wanted', () => {
  const painted = (isTerminal: boolean, color: boolean): string =>
    lookOf({ isTerminal, columns: 80, env: UTF8 }, color).paint('green', 'on');
  expect(painted(true, true)).toBe('\u001b[32mon\u001b[39m');
  expect(painted(true, false)).toBe('on');
  expect(painted(false, true)).toBe('on');
});

test('marks where the locale has them', () => {
  const marks = (env: Record<string, string>): string[] => {
    const { mark, ellipsis, arrow } = lookOf({ isTerminal: false, columns: undefined, env }, false);
    return [mark(true), mark(false), ellipsis, arrow];
  };
  expect(marks({ LANG: 'en_US.UTF-8' })).toEqual(['✓', '✗', '…', '→']);
  expect(marks({ WT_SESSION: '1' })).toEqual(['✓', '✗', '…', '→']);
  expect(marks({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toEqual(['+', '-', '...', '->']);
  expect(marks({})).toEqual(['+', '-', '...', '->']);
});

test('what a terminal would obey is only shown', () => {
  expect(printable('a\u001b[31mb\nc\u202ed')).toBe('a\\u001b[31mb c\\u202ed');
  expect(shownValue('\u0007')).toBe('\\u0007');
  expect(shownValue({ a: [1] })).toBe('{"a":[1]}');
  expect(shownValue(undefined)).toBe('');
});

test('widths count columns', () => {
  expect(widthOf('a\u001b[31m日\u001b[39m')).toBe(3);
  expect(cut('日本語', 5, '…')).toBe('日本…');
  expect(cut('abc', 3, '…')).toBe('abc');
});
