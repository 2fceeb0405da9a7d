import { describe, expect, it } from 'vitest';

import { below, isKey, shown } from './issue.ts';

describe('below', () => {
  it.each<[name: string | number, path: string]>([
    ['a', '/x/a'],
    [0, '/x/0'],
    ['', '/x/'],
    ['a/b~c', '/x/a~1b~0c'],
    ['~1', '/x/~01'],
  ])('%j → %s', (name, path) => {
    expect(below({ path: '/x', issues: [] }, name).path).toBe(path);
  });
});

describe('isKey', () => {
  it.each<[text: string, valid: boolean]>([
    ['a', true],
    ['0', true],
    ['A.b_c-9', true],
    ['constructor', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['', false],
    ['-a', false],
    ['_a', false],
    ['.a', false],
    ['__proto__', false],
    ['a b', false],
    ['a/b', false],
    ['a\n', false],
    ['ä', false],
  ])('%j: %s', (text, valid) => {
    expect(isKey(text)).toBe(valid);
  });
});

describe('shown', () => {
  it.each<[value: unknown, text: string]>([
    ['a"b', '"a\\"b"'],
    [1.5, '1.5'],
    [null, 'null'],
    [undefined, 'nothing'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    ['x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['x'.repeat(59), `"${'x'.repeat(56)}…`],
  ])('%j → %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});
