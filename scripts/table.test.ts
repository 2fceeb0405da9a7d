import { expect, test } from 'vitest';

import { tableText } from './table.ts';

test('numbers stand to the right, words to the left', () => {
  const rows = [
    ['one', '1.5'],
    ['a longer one', '12.0'],
  ];
  expect(tableText(['name', 'MB'], rows)).toBe(`| name         |   MB |
| ------------ | ---: |
| one          |  1.5 |
| a longer one | 12.0 |`);
});

test('without rows there are only headings', () => {
  expect(tableText(['a', 'longer'], [])).toBe('| a   | longer |\n| --- | ------ |');
});
