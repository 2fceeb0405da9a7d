import { describe, expect, it } from 'vitest';

import {
  emptyObject,
  freezeDeep,
  isShallow,
  MAX_DEPTH,
  ownValue,
  type Json,
  type JsonObject,
} from './json.ts';

/** A list in a list in a list, `depth` of them. */
function nested(depth: number): Json {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Json;
}

describe('isShallow', () => {
  it.each<[why: string, value: Json, shallow: boolean]>([
    ['a scalar', 7, true],
    ['null', null, true],
    ['an empty list', [], true],
    ['as deep as may be', nested(MAX_DEPTH), true],
    ['one deeper', nested(MAX_DEPTH + 1), false],
    ['far deeper than the stack', nested(100_000), false],
    ['deep in an object beside what is shallow', { a: 1, b: { c: nested(MAX_DEPTH) } }, false],
  ])('%s', (_, value, shallow) => {
    expect(isShallow(value)).toBe(shallow);
  });
});

describe('freezeDeep', () => {
  it('freezes all that a value holds', () => {
    const value = { a: [{ b: 1 }], c: null };
    freezeDeep(value);
    expect([value, value.a, value.a[0]].map(Object.isFrozen)).toEqual([true, true, true]);
  });
});

describe('ownValue', () => {
  it.each<[text: string, key: string, value: Json | undefined]>([
    ['{}', 'constructor', undefined],
    ['{}', '__proto__', undefined],
    ['{"__proto__": 7}', '__proto__', 7],
    ['{"a": null}', 'a', null],
  ])('%s has %s', (text, key, value) => {
    expect(ownValue(JSON.parse(text) as JsonObject, key)).toBe(value);
  });
});

describe('emptyObject', () => {
  it('takes any key as its own', () => {
    const object = emptyObject();
    object['__proto__'] = 7;
    expect(Object.entries(object)).toEqual([['__proto__', 7]]);
  });
});
