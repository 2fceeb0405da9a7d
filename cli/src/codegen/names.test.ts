import fc from 'fast-check';
import { expect, test } from 'vitest';
import { camelCase, namesOf, pascalCase, snakeCase, type Spelling } from './names.ts';

const CAMEL: Spelling = { join: camelCase, reserved: new Set(['delete']), noun: 'flag' };
const SNAKE: Spelling = { join: snakeCase, reserved: new Set(['class']), noun: 'flag' };
const PASCAL: Spelling = { join: pascalCase, reserved: new Set(['Self']), noun: 'flag' };

test.each([
  ['new_checkout', 'newCheckout', 'new_checkout', 'NewCheckout'],
  ['a.b-c_d', 'aBCD', 'a_b_c_d', 'ABCD'],
  ['newCheckout', 'newCheckout', 'new_checkout', 'NewCheckout'],
  ['HTTPProxy', 'httpProxy', 'http_proxy', 'HttpProxy'],
  ['v2beta', 'v2beta', 'v2beta', 'V2beta'],
  ['2fa', 'flag2fa', 'flag_2fa', 'Flag2fa'],
  ['x_', 'x', 'x', 'X'],
  ['delete', 'deleteFlag', 'delete', 'Delete'],
  ['class', 'class', 'class_flag', 'Class'],
  ['self', 'self', 'self', 'SelfFlag'],
])('%s', (key, camel, snake, pascal) => {
  const names = [CAMEL, SNAKE, PASCAL].map((spelling) => namesOf([key], spelling).get(key));
  expect(names).toEqual([camel, snake, pascal]);
});

test('of keys that would have one name, none has it, so that no name changes its flag', () => {
  expect([...namesOf(['a.b', 'c'], CAMEL)]).toEqual([
    ['a.b', 'aB'],
    ['c', 'c'],
  ]);
  expect([...namesOf(['a.b', 'a_b', 'c'], CAMEL)]).toEqual([
    ['a.b', 'aB38f8f7a6'],
    ['a_b', 'aB2d122f57'],
    ['c', 'c'],
  ]);
  expect(namesOf(['aB', 'a.b'], SNAKE).get('a.b')).toBe('a_b_38f8f7a6');
});

test('a name that another flag has by its own key is not taken', () => {
  const names = namesOf(['a.b', 'a_b', 'aB38f8f7a6'], CAMEL);
  expect(new Set(names.values()).size).toBe(3);
  expect(names.get('a_b')).toBe('aB2d122f57');
});

test('every key has a name of its own, whatever the order of the keys', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,5}$/);
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 50 }), (keys) => {
      for (const spelling of [CAMEL, SNAKE, PASCAL]) {
        const names = namesOf(keys, spelling);
        expect(new Set(names.values()).size).toBe(keys.length);
        expect(new Map(namesOf(keys.toReversed(), spelling))).toEqual(names);
        for (const name of names.values()) expect(name).toMatch(/^[A-Za-z]\w*$/);
      }
    }),
  );
});
