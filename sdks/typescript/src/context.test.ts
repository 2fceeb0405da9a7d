import { describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import { flagOf, keeping, snapshotOf } from './platform.fixture.ts';

function offline(more: Readonly<Record<string, object>> = {}): FeatureClient {
  const document = { ...snapshotOf(1, {}), flags: { on: flagOf(true), ...more } };
  return new FeatureClient({ offline: document as never, logger: keeping() });
}

describe('the context', () => {
  const seen = (attribute: string, context: object, values: unknown[] = ['x']): boolean => {
    const when = [{ attribute, op: 'in', values }];
    const client = offline({
      f: flagOf(false, { rules: [{ id: 'r', when, serve: { variant: 'on' } }] }),
    });
    const { targetingKey, ...rest } = context as { targetingKey?: string };
    const answers = [
      client.boolean('f', false, context as never),
      client.isEnabled('f', targetingKey, rest),
      client.explain('f', context as never).result.value,
    ];
    expect(new Set(answers).size).toBe(1);
    return client.isEnabled('f', targetingKey, rest);
  };

  test.each([
    ['a text', 'a', { a: 'x' }, true],
    ['in a list', 'a', { a: ['y', 'x'] }, true],
    ['in an object', 'a.b', { a: { b: 'x' } }, true],
    [
      'in an object of a class',
      'a.b',
      {
        a: new (class {
          b = 'x';
        })(),
      },
      true,
    ],
    [
      'in a class of attributes',
      'a',
      new (class {
        a = 'x';
      })(),
      true,
    ],
    ['inherited', 'a', Object.create({ a: 'x' }) as object, false],
    ['inherited deeper', 'a.b', { a: Object.create({ b: 'x' }) as object }, false],
    [
      'a getter of a class',
      'a',
      new (class {
        get a(): string {
          return 'x';
        }
      })(),
      false,
    ],
    [
      'its own getter',
      'a',
      {
        get a() {
          return 'x';
        },
      },
      true,
    ],
    [
      'a prototype that is null',
      'a',
      Object.assign(Object.create(null) as object, { a: 'x' }),
      true,
    ],
    ['a name such as __proto__', '__proto__', JSON.parse('{"__proto__":"x"}') as object, true],
    [
      'the same beside a date',
      '__proto__',
      { ...(JSON.parse('{"__proto__":"x"}') as object), d: new Date() },
      true,
    ],
    ['the targeting key', 'targetingKey', { targetingKey: 'x' }, true],
    ['the targeting key as user_id', 'user_id', { targetingKey: 'x' }, true],
    ['beside a targeting key', 'a', { targetingKey: 'u', a: 'x' }, true],
  ])('%s is seen', (_, attribute, context, is) => {
    expect(seen(attribute, context)).toBe(is);
  });

  const cyclic: Record<string, unknown> = { a: 'x' };
  cyclic['self'] = cyclic;

  test.each([
    ['a function', (): string => 'x'],
    ['a symbol', Symbol('x')],
    ['a big integer', 5n],
    ['a map', new Map([['x', 'x']])],
    ['a set in a list', [new Set(['x'])]],
    ['NaN', Number.NaN],
    ['infinity', Infinity],
    ['an invalid date', new Date(Number.NaN)],
    ['undefined', undefined],
    ['null', null],
  ])('%s is missing', (_, value) => {
    const exists = flagOf(false, {
      rules: [{ id: 'r', when: [{ attribute: 'a', op: 'exists' }], serve: { variant: 'on' } }],
    });
    const client = offline({ f: exists });
    const isOfList = Array.isArray(value);
    expect(client.isEnabled('f', 'u', { a: value })).toBe(isOfList);
    expect(client.boolean('f', false, { a: value })).toBe(isOfList);
    expect(client.isEnabled('f', 'u', { a: 'there' })).toBe(true);
  });

  test('a date is its text in UTC, also deep inside', () => {
    const date = new Date('2026-11-22T12:30:00+02:00');
    expect(seen('a', { a: date }, ['2026-11-22T10:30:00.000Z'])).toBe(true);
    expect(seen('a.b', { a: { b: [date] } }, ['2026-11-22T10:30:00.000Z'])).toBe(true);
  });

  test('a cycle ends, and what is beside it is seen', () => {
    expect(seen('a', cyclic)).toBe(true);
    expect(seen('self.a', cyclic)).toBe(true);
  });

  test('it is not changed', () => {
    const context = Object.freeze({ a: 'x', d: new Date(0) });
    expect(seen('a', context)).toBe(true);
  });

  test.each([
    ['a list', []],
    ['a text', 'u1'],
    ['a number', 5],
    ['a map', new Map()],
    ['a date', new Date()],
  ])('%s is no context', (_, context) => {
    const client = offline();
    expect(client.details('on', false, context as never)).toMatchObject({
      value: false,
      errorCode: 'INVALID_CONTEXT',
    });
    expect(client.isEnabled('on', 'u1', context as never)).toBe(false);
    expect(client.isEnabled('on', undefined, context as never)).toBe(false);
    expect(client.explain('on', context as never).result.errorCode).toBe('INVALID_CONTEXT');
    expect(
      Object.values(client.all(context as never)).every(({ errorCode }) => errorCode !== undefined),
    ).toBe(true);
  });

  test.each([[true], [{}], [1.5]])('a user %s is a missing key', (user) => {
    const split = flagOf(false, { default: { split: [{ variant: 'on', weight: 1 }] } });
    const client = offline({ split });
    expect(client.isEnabled('split', user as never)).toBe(false);
    expect(client.isEnabled('split', user as never, { user_id: 'u' })).toBe(false);
    expect(client.details('split', false, { targetingKey: user }).errorCode).toBe(
      'TARGETING_KEY_MISSING',
    );
    expect(client.isEnabled('split', 5)).toBe(true);
    expect(client.isEnabled('split', null, { user_id: 'u' })).toBe(true);
    // A value that JSON has not is as if it were not there.
    expect(client.isEnabled('split', (() => 1) as never, { user_id: 'u' })).toBe(true);
  });
});

test('a date as the targeting key is its text', () => {
  const date = new Date(0);
  const target = flagOf(false, { targets: [{ variant: 'on', keys: [date.toISOString()] }] });
  const client = offline({ target });
  expect(client.boolean('target', false, { targetingKey: date })).toBe(true);
  expect(client.boolean('target', false, { user_id: date })).toBe(true);
  expect(client.isEnabled('target', date as never)).toBe(true);
});

test('what the attributes hold now counts, also if they are the same object as before', () => {
  const when = [{ attribute: 'a', op: 'in', values: ['x'] }];
  const client = offline({
    f: flagOf(false, { rules: [{ id: 'r', when, serve: { variant: 'on' } }] }),
  });
  const attributes = { a: 'y' };
  const answers = ['x', 'y', 'x'].map((a) =>
    client.isEnabled('f', 'u1', Object.assign(attributes, { a })),
  );
  expect(answers).toEqual([true, false, true]);
});

test('a flag that looks at many attributes sees each as another does', () => {
  const names = Array.from({ length: 9 }, (_, index) => `a${String(index)}`);
  const rules = names.map((attribute) => ({
    id: attribute,
    when: [{ attribute, op: 'in', values: [attribute, '1970-01-01T00:00:00.000Z'] }],
    serve: { variant: 'on' },
  }));
  const client = offline({ f: flagOf(false, { rules }) });
  expect(client.isEnabled('f', 'u', { a8: 'a8' })).toBe(true);
  expect(client.isEnabled('f', 'u', { a8: new Date(0), other: [1, { b: null }] })).toBe(true);
  expect(client.isEnabled('f', 'u', { a8: new Map(), other: 'x' })).toBe(false);
});
