import { describe, expect, it } from 'vitest';

import { attributeOf, createContext, lookup, parseContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { Json, JsonObject } from './json.ts';
import { murmur3 } from './murmur3.ts';
import { parseSnapshot } from './parse.ts';
import type { Snapshot } from './snapshot.ts';

describe('createContext', () => {
  it('keeps the attributes and spells the targeting key', () => {
    const attributes = { targetingKey: 7, country: 'US' };
    const context = createContext(attributes);
    expect(context).toEqual({ attributes, targetingKey: '7', keyHash: undefined });
    expect(context.attributes).toBe(attributes);
  });

  it('remembers the hash of the key, signed, from the first bucket on', () => {
    const document = {
      schema: 1,
      environment: 'test',
      version: 1,
      flags: {
        f: {
          type: 'boolean',
          enabled: true,
          hash: 'ff1',
          salt: 's',
          variants: [{ name: 'on', value: true }],
          off: 'on',
          default: { split: [{ variant: 'on', weight: 1 }] },
        },
      },
    };
    const context = createContext({ targetingKey: 'u1' });
    evaluate(parseSnapshot(document).snapshot as Snapshot, 'f', context);
    expect(context.keyHash).toBe(murmur3('u1') | 0);
  });
});

describe('parseContext', () => {
  it.each<[why: string, input: unknown, targetingKey: string | undefined]>([
    ['no attributes', {}, undefined],
    ['a key', { targetingKey: 'u1' }, 'u1'],
    ['the alias', { user_id: 'u1' }, 'u1'],
    ['both', { targetingKey: 'u1', user_id: 'u2' }, 'u1'],
    ['an integer', { targetingKey: -0 }, '0'],
    ['null is missing', { targetingKey: null, user_id: 'u2' }, 'u2'],
    ['a number beyond a double is missing', { targetingKey: Infinity }, undefined],
    ['a lone surrogate', { targetingKey: '\uD800' }, '\uFFFD'],
    ['no prototype', Object.assign(Object.create(null), { targetingKey: 'u1' }), 'u1'],
    ['a prototype is no attribute', JSON.parse('{"__proto__": {"targetingKey": "x"}}'), undefined],
  ])('%s', (_, input, targetingKey) => {
    expect(parseContext(input)).toEqual({ attributes: input, targetingKey, keyHash: undefined });
  });

  it.each<[input: unknown, path: string, message: string]>([
    [undefined, '', 'expected an object, got nothing'],
    [null, '', 'expected an object, got null'],
    [[], '', 'expected an object, got list'],
    ['u1', '', 'expected an object, got string'],
    [
      { targetingKey: true },
      '/targetingKey',
      'the targeting key must be a string or an integer, got boolean',
    ],
    [
      { targetingKey: 1.5 },
      '/targetingKey',
      'the targeting key must be a string or an integer, got number',
    ],
    [
      { targetingKey: null, user_id: [] },
      '/user_id',
      'the targeting key must be a string or an integer, got list',
    ],
    [{ user_id: {} }, '/user_id', 'the targeting key must be a string or an integer, got object'],
  ])('refuses %j', (input, path, message) => {
    expect(parseContext(input)).toEqual({ path, code: 'type', message });
  });
});

describe('lookup', () => {
  it.each<[name: string, attributes: string, value: Json | undefined]>([
    ['__proto__', '{}', undefined],
    ['__proto__', '{"__proto__": 7}', 7],
    ['constructor', '{}', undefined],
    ['constructor', '{"constructor": 7}', 7],
    ['a.__proto__', '{"a": {}}', undefined],
    ['a.__proto__.b', '{"a": {"__proto__": {"b": 7}}}', 7],
    ['a.length', '{"a": [1]}', undefined],
    ['a.', '{"a": {"": 7}}', 7],
    ['.', '{"": {"": 7}}', 7],
    ['a.b', '{"a.b": null, "a": {"b": 7}}', 7],
    ['user_id', '{"targetingKey": 7}', 7],
  ])('%s in %s', (name, attributes, value) => {
    expect(lookup(attributeOf(name), JSON.parse(attributes) as JsonObject)).toBe(value);
  });
});
