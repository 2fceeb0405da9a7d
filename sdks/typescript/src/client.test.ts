import { describe, expect, test, vi } from 'vitest';

import { FeatureClient, RemoteClient, VERSION } from './index.ts';
import { insideOf } from './client.ts';
import {
  eventStream,
  fakePlatform,
  flagOf,
  json,
  keeping,
  snapshotEvent,
  snapshotOf,
  START,
  using,
  type FakePlatform,
} from './platform.fixture.ts';
import type { Options } from './options.ts';
import { testClient, withFlags } from './testing.ts';
import manifest from '../package.json' with { type: 'json' };

const FLAGS = {
  on: flagOf(true),
  off: flagOf(false),
  text: {
    ...flagOf(true),
    type: 'string',
    variants: [
      { name: 'on', value: 'yes' },
      { name: 'off', value: 'no' },
    ],
  },
  number: {
    ...flagOf(true),
    type: 'number',
    variants: [
      { name: 'on', value: 7 },
      { name: 'off', value: 0 },
    ],
  },
  theme: {
    ...flagOf(true),
    type: 'object',
    variants: [
      { name: 'on', value: { ink: '#fff' } },
      { name: 'off', value: {} },
    ],
  },
  dim: {
    ...flagOf(false),
    type: 'string',
    variants: [
      { name: 'on', value: 'yes' },
      { name: 'off', value: 'no' },
    ],
  },
  resting: { ...flagOf(true), enabled: false, metadata: { owner: 'web' } },
  later: { ...flagOf(true), hash: 'ff9' },
  german: flagOf(false, {
    rules: [
      {
        id: 'de',
        when: [{ attribute: 'country', op: 'in', values: ['DE'] }],
        serve: { variant: 'on' },
      },
    ],
  }),
};
const SNAPSHOT = { schema: 1, environment: 'staging', version: 4, flags: FLAGS } as const;

function offline(more: object = {}, options: Options = {}): FeatureClient {
  const document = { ...SNAPSHOT, flags: { ...FLAGS, ...more } };
  return new FeatureClient({ offline: document as never, logger: keeping(), ...options });
}

test('the version is that of the package', () => {
  expect(VERSION).toBe(manifest.version);
});

describe('values', () => {
  const client = offline();

  test.each([
    ['on', true],
    ['off', false],
    ['text', true],
    ['number', true],
    ['theme', true],
    ['dim', false],
    ['resting', false],
    ['later', false],
    ['gone', false],
    ['toString', false],
    ['__proto__', false],
  ])('%s is enabled: %s', (key, isOn) => {
    expect(client.isEnabled(key)).toBe(isOn);
    expect(client.isEnabled(key, 'u1', { country: 'DE' })).toBe(isOn);
  });

  test('each type by its call; the default if it is another', () => {
    expect(client.boolean('on', false)).toBe(true);
    expect(client.string('text', 'x')).toBe('yes');
    expect(client.number('number', 1)).toBe(7);
    expect(client.object('theme', {})).toEqual({ ink: '#fff' });
    expect(client.boolean('text', true)).toBe(true);
    expect(client.string('on', 'x')).toBe('x');
    expect(client.number('theme', 1)).toBe(1);
    expect(client.object('number', { a: 1 })).toEqual({ a: 1 });
  });

  test('details say what is known', () => {
    expect(client.details('on', false)).toEqual({
      key: 'on',
      value: true,
      variant: 'on',
      reason: 'STATIC',
      metadata: {},
      version: 4,
      stale: false,
    });
    expect(client.details('german', false, { country: 'DE' })).toMatchObject({
      value: true,
      reason: 'TARGETING_MATCH',
      ruleId: 'de',
    });
    expect(client.details('resting', true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
      metadata: { owner: 'web' },
    });
    expect(client.details('on', 'x')).toEqual({
      key: 'on',
      value: 'x',
      reason: 'ERROR',
      errorCode: 'TYPE_MISMATCH',
      errorMessage: expect.stringContaining(
        'on is a flag of type boolean, and string was asked for',
      ),
      metadata: {},
      version: 4,
      stale: false,
    });
    // A list is no object: no flag is one.
    expect(client.details('theme', []).errorCode).toBe('TYPE_MISMATCH');
    expect(client.details('text', null).value).toBe('yes');
    expect(client.details('text', undefined).value).toBe('yes');
    expect(client.details('text', 1, {}, 'string')).toMatchObject({ value: 'yes' });
  });

  test('all flags, refused ones with their error', () => {
    const all = client.all({ country: 'DE' });
    expect(Object.keys(all)).toEqual(Object.keys(FLAGS).toSorted());
    expect(all['german']).toMatchObject({ value: true, ruleId: 'de', version: 4 });
    expect(all['later']).toMatchObject({ errorCode: 'PARSE_ERROR' });
    expect(all['later']?.value).toBe(undefined);
  });

  test('explain shows each step, with the time that was added', () => {
    const when = [{ attribute: 'now', op: 'after', values: ['2020-01-01T00:00:00Z'] }];
    const timed = offline({
      timed: flagOf(false, { rules: [{ id: 'r', when, serve: { variant: 'on' } }] }),
    });
    const { result, trace } = timed.explain('timed', { targetingKey: 'u1' });
    expect(result).toMatchObject({ value: true, ruleId: 'r' });
    expect(trace[2]).toMatchObject({
      conditions: [{ attribute: 'now', actual: expect.stringMatching(/^\d{4}-.*Z$/) }],
    });
    expect(timed.isEnabled('timed')).toBe(true);
    expect(timed.isEnabled('timed', 'u1', { now: '2019-01-01T00:00:00Z' })).toBe(false);
    expect(timed.isEnabled('timed', 'u1', { now: null })).toBe(false);
    expect(timed.isEnabled('timed', 'u1', { now: undefined })).toBe(true);
    expect(timed.isEnabled('timed', undefined, { now: new Date(0) })).toBe(false);
    expect(client.explain('on', 7 as never)).toEqual({
      result: expect.objectContaining({ errorCode: 'INVALID_CONTEXT' }),
      trace: [],
    });
    expect(client.explain('gone').trace).toEqual([{ step: 1, outcome: 'not_found' }]);
  });
});

/** Something that cannot even be put into words. */
const WORDLESS = Object.assign(new Error('x'), { message: Symbol('x') });

test('no call throws, whatever comes', async () => {
  const client = offline();
  const traps = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('trap');
      },
      getPrototypeOf: () => {
        throw new Error('trap');
      },
    },
  );
  const odd = [
    undefined,
    null,
    5,
    5n,
    Symbol('s'),
    {},
    [],
    (): number => 1,
    traps,
    {
      get a() {
        throw new Error('mine');
      },
    },
    {
      get a() {
        throw WORDLESS;
      },
    },
  ];
  for (const one of odd as never[]) {
    for (const other of odd as never[]) {
      client.isEnabled(one, other, other);
      client.isEnabled('german', other, one);
      client.details(one, other, other);
      client.details('german', false, other);
      client.boolean('german', one, other);
      client.explain('german', other);
      client.explain(one, other);
      client.all(other);
      client.track(one, other, other);
    }
    await expect(client.waitUntilReady(one)).resolves.toBe(true);
  }
  // What is wrong with the arguments is said on the console.
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const one of odd.slice(0, -3) as never[]) {
    expect(() => new FeatureClient(one, one)).not.toThrow();
    expect(() => new RemoteClient(one, one)).not.toThrow();
  }
  expect(said.mock.calls.length).toBeGreaterThan(8);
  said.mockRestore();
  client.onChange(5 as never)();
});

describe('age', () => {
  const old = (options: Options): { client: FeatureClient; platform: FakePlatform } => {
    const platform = fakePlatform({
      handler: () => {
        throw new TypeError('down');
      },
    });
    const bootstrap = snapshotOf(3, { a: true }) as never;
    return {
      platform,
      client: new FeatureClient(
        'http://flags.test',
        using(platform, { bootstrap, logger: keeping(), maxAge: 1000, ...options }),
      ),
    };
  };

  test('serve: it says that it is stale, and serves', async () => {
    const { client, platform } = old({});
    await platform.pass(999);
    expect(client.details('a', false)).toMatchObject({
      value: true,
      reason: 'STATIC',
      age: 999,
      stale: false,
    });
    await platform.pass(1);
    expect(client.details('a', false)).toMatchObject({
      value: true,
      reason: 'STATIC',
      age: 1000,
      stale: true,
    });
    expect(client.status()).toMatchObject({ state: 'stale', source: 'bootstrap', version: 3 });
    await client.close();
  });

  test('mark: with the reason STALE, errors as they are', async () => {
    const { client, platform } = old({ stalePolicy: 'mark' });
    await platform.pass(1000);
    expect(client.details('a', false)).toMatchObject({
      value: true,
      reason: 'STALE',
      variant: 'on',
    });
    expect(client.details('gone', false)).toMatchObject({
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(client.isEnabled('a')).toBe(true);
    await client.close();
  });

  test('default: the default', async () => {
    const { client, platform } = old({ stalePolicy: 'default' });
    expect(client.isEnabled('a')).toBe(true);
    await platform.pass(1000);
    expect(client.details('a', false)).toMatchObject({
      value: false,
      reason: 'ERROR',
      errorCode: 'GENERAL',
      stale: true,
    });
    expect(client.isEnabled('a')).toBe(false);
    await client.close();
  });

  test('a clock that went backwards makes nothing old', async () => {
    const { client, platform } = old({});
    platform.setClock(START - 5000);
    expect(client.details('a', false)).toMatchObject({ age: 0, stale: false });
    await client.close();
  });

  test('becoming stale and fresh again is told', async () => {
    const stream = eventStream(snapshotEvent(snapshotOf(1, { a: true })));
    const platform = fakePlatform({ handler: () => stream.response });
    const client = new FeatureClient(
      'http://flags.test',
      using(platform, { logger: keeping(), maxAge: 1000 }),
    );
    const told: boolean[] = [];
    const stop = insideOf(client).watch((isStale) => told.push(isStale));
    await platform.pass(900);
    stream.write(':\n');
    await platform.pass(900);
    expect(told).toEqual([]);
    await platform.pass(5000);
    expect(told).toEqual([true]);
    stream.write(':\n');
    await platform.pass(1);
    expect(told).toEqual([true, false]);
    await platform.pass(5000);
    expect(told).toEqual([true, false, true]);
    stop();
    await client.close();
    expect(platform.waits()).toEqual([]);
  });
});

describe('becoming ready', () => {
  test('after the time it is false; with a snapshot true; closed false', async () => {
    const network = {
      handler: (): Response => {
        throw new TypeError('down');
      },
    };
    const platform = fakePlatform(network);
    const make = (): FeatureClient =>
      new FeatureClient(
        'http://flags.test',
        using(platform, { logger: keeping(), mode: 'polling' }),
      );
    const client = make();
    const waited = client.waitUntilReady(100);
    await platform.pass(100);
    expect(await waited).toBe(false);
    const ready = client.ready();
    network.handler = () => json(snapshotOf(1, {}));
    await platform.pass(60_000);
    expect(await ready).toBe(true);
    expect(await client.waitUntilReady(1)).toBe(true);
    await client.close();
    expect(await client.ready()).toBe(true);
    network.handler = () => {
      throw new TypeError('down');
    };
    const other = make();
    const never = other.ready();
    await other.close();
    expect([await never, await other.ready()]).toEqual([false, false]);
    expect(platform.waits()).toEqual([]);
  });
});

describe('listeners', () => {
  test('one that throws hurts nobody and is told once; one that stopped hears nothing', async () => {
    const network = { handler: (): Response => json(snapshotOf(1, { a: true })) };
    const platform = fakePlatform(network);
    const { lines, ...logger } = keeping();
    const client = new FeatureClient(
      'http://flags.test',
      using(platform, { logger, mode: 'polling', ttl: 100 }),
    );
    const told: number[] = [];
    client.onChange(() => {
      throw new Error('mine');
    });
    const stop = client.onChange(({ version }) => told.push(version));
    await platform.pass(100);
    stop();
    await platform.pass(100);
    expect(told).toEqual([1, 1]);
    expect(lines).toEqual(['FeatureFlags: a listener of onChange threw: mine']);
    await client.close();
    expect(client.onChange(() => undefined)()).toBe(undefined);
  });

  test('a logger that throws hurts nobody', () => {
    const logger = {
      warn: () => {
        throw new Error('w');
      },
      error: () => {
        throw new Error('e');
      },
    };
    expect(() => new FeatureClient({ logger })).not.toThrow();
  });
});

describe('help for tests', () => {
  test('withFlags: until it is lifted, nested, in any environment, whether there is such a flag or not', () => {
    const client = offline();
    const outer = withFlags(client, { on: false, text: 'mine', other: 5 });
    {
      using inner = withFlags(client, { on: true });
      expect(client.isEnabled('on')).toBe(true);
      expect(inner.lift).toBeTypeOf('function');
    }
    expect([client.isEnabled('on'), client.isEnabled('text'), client.isEnabled('other')]).toEqual([
      false,
      true,
      true,
    ]);
    expect(client.details('other', 1)).toMatchObject({
      value: 5,
      reason: 'STATIC',
      metadata: { override: true },
    });
    expect(client.details('other', 1).variant).toBe(undefined);
    expect(client.details('text', true)).toMatchObject({ value: true, errorCode: 'TYPE_MISMATCH' });
    expect(client.explain('text')).toEqual({
      result: { key: 'text', value: 'mine', reason: 'STATIC', metadata: { override: true } },
      trace: [],
    });
    expect(client.all()['other']).toMatchObject({ value: 5 });
    outer.lift();
    expect([client.isEnabled('on'), client.isEnabled('other')]).toEqual([true, false]);
  });

  test('testClient knows these only', async () => {
    await using client = testClient({ a: true, b: 'x' });
    expect([client.isEnabled('a'), client.string('b', ''), client.isEnabled('c')]).toEqual([
      true,
      'x',
      false,
    ]);
    expect(await client.ready()).toBe(true);
    expect(client.details('c', false).errorCode).toBe('FLAG_NOT_FOUND');
  });
});
