// What nobody means to do, and what somebody does: no call throws, waits for ever or tells secrets.

import { describe, expect, test, vi } from 'vitest';

import { FeatureClient, RemoteClient, type Attributes, type JsonObject } from './index.ts';
import { WebClient } from './web.ts';
import {
  changeEvent,
  eventStream,
  fakePlatform,
  flagOf,
  json,
  keeping,
  snapshotEvent,
  snapshotOf,
  stateOf,
  using,
  type Handler,
} from './platform.fixture.ts';
import { start } from './start.fixture.ts';
import { PLATFORM } from './platform.ts';
import type { Options } from './options.ts';

const V1 = snapshotOf(1, { a: true });
const V2 = snapshotOf(2, { a: false });
const RULES = {
  ...V1,
  flags: {
    a: flagOf(true, {
      rules: [
        { id: 'r', when: [{ attribute: 'x', op: 'in', values: ['y'] }], serve: { variant: 'off' } },
      ],
    }),
  },
};

function offline(options: Options = {}): { client: FeatureClient; lines: readonly string[] } {
  const { lines, ...logger } = keeping();
  return {
    client: new FeatureClient({ offline: RULES as unknown as JsonObject, logger, ...options }),
    lines,
  };
}

/** Three objects, each within the others: paths without number. */
function circle(): Attributes {
  const all: Record<string, unknown>[] = [{}, {}, {}];
  for (const one of all) Object.assign(one, { all });
  return { x: all };
}

/** Small in memory, and 2^60 values when it is gone through. */
function doubled(): Attributes {
  let value: unknown = 'y';
  for (let level = 0; level < 60; level += 1) value = [value, value];
  return { x: value };
}

function throwing(words: string): Attributes {
  return {
    get x(): never {
      throw new Error(words);
    },
  };
}

const revoked = (): Attributes => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('contexts', () => {
  test.each([
    ['a circle', circle()],
    ['a tree of shared branches', doubled()],
    ['a list without end', { x: Array.from({ length: 200_000 }, () => 1n) }],
  ])('%s is too large to be a context', (_, context) => {
    const { client } = offline();
    const details = client.details('a', false, context);
    expect(details).toMatchObject({ value: false, errorCode: 'INVALID_CONTEXT', version: 1 });
    expect(details.errorMessage).toMatch(/more than 100000 values/);
    expect(client.explain('a', context).result.errorCode).toBe('INVALID_CONTEXT');
    expect(client.isEnabled('a', 'u', context)).toBe(false);
  });

  test('a large one is taken', () => {
    const { client } = offline();
    const x = Array.from({ length: 50_000 }, (_, index) => String(index));
    expect(client.details('a', false, { x: [...x, 'y'] }).reason).toBe('TARGETING_MATCH');
  });

  test('what throws is told once, whatever it says each time', () => {
    const { client, lines } = offline();
    for (let user = 0; user < 100; user += 1) {
      const details = client.details('a', false, throwing(`user ${String(user)}`));
      expect(details).toMatchObject({ value: false, errorCode: 'GENERAL' });
    }
    expect(lines.filter((line) => line.includes('an evaluation failed'))).toHaveLength(1);
  });

  test.each([
    ['a getter', throwing('no')],
    ['a proxy that is revoked', revoked()],
    ['a circle', circle()],
  ])('%s: the remote and the web client do not throw either', async (_, context) => {
    const platform = fakePlatform({ handler: () => json({}) });
    const { lines, ...logger } = keeping();
    const own = { logger, [PLATFORM]: platform };
    const remote = new RemoteClient('http://flags.test', own);
    expect((await remote.details('a', true, context)).value).toBe(true);
    expect(await remote.isEnabled('a', 'u', context)).toBe(false);
    expect(await remote.all(context)).toEqual({});
    expect((await remote.explain('a', context)).result.reason).toBe('ERROR');
    const web = new WebClient('http://flags.test', own);
    expect(await web.setContext(context)).toBe(false);
    web.close();
    expect(platform.requests.filter(({ url }) => url.pathname.includes('flags/a'))).toEqual([]);
    expect(lines.join()).toContain('setContext takes an object');
  });
});

describe('arguments', () => {
  const keys: unknown[] = [Symbol('k'), 5n, {}, undefined, '\ud800'];

  test('keys that are none', async () => {
    const { client } = offline();
    const platform = fakePlatform({ handler: () => new Response('', { status: 500 }) });
    const own = { logger: keeping(), [PLATFORM]: platform };
    const remote = new RemoteClient('http://flags.test', own);
    for (const key of keys as string[]) {
      expect(client.details(key, 7).value).toBe(7);
      expect(client.isEnabled(key)).toBe(false);
      expect((await remote.details(key, 7)).value).toBe(7);
      expect(await remote.isEnabled(key)).toBe(false);
    }
  });

  test('a user beside what is no object is an invalid context, remotely too', async () => {
    const platform = fakePlatform({ handler: () => json({ enabled: true }) });
    const remote = new RemoteClient('http://flags.test', { [PLATFORM]: platform } as object);
    expect(await remote.isEnabled('a', 'u', 'abc' as never)).toBe(false);
    expect(platform.requests).toEqual([]);
    expect(await remote.isEnabled('a', 'u', { b: 1 })).toBe(true);
    const [{ body } = { body: '' }] = platform.requests;
    expect(JSON.parse(body)).toMatchObject({ context: { b: 1, targetingKey: 'u' } });
  });

  test('times that are none are no time at all', async () => {
    const { lines, ...logger } = keeping();
    const client = new FeatureClient({ logger });
    for (const time of [5n, Symbol('t'), 'x', NaN, -1] as number[]) {
      expect(await client.waitUntilReady(time)).toBe(false);
    }
    expect(lines).toHaveLength(1);
  });

  test('options that cannot be read, and none', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const hostile = new FeatureClient({
      get url(): never {
        throw new Error('no');
      },
    });
    expect(hostile.boolean('a', true)).toBe(true);
    expect(hostile.status().error).toMatch(/options cannot be read: no/);
    expect(error).toHaveBeenCalledTimes(1);
    error.mockRestore();
    const bare = new FeatureClient('http://flags.test', null as never);
    expect(bare.status().error).toBe(undefined);
    await bare.close();
  });

  test.each(['http://user:SECRET@host', 'http://host/?token=SECRET', 'SECRET', 'ftp://h/SECRET'])(
    'an address that cannot be used is not told in full: %s',
    (url) => {
      const { lines, ...logger } = keeping();
      const client = new FeatureClient(url, { logger });
      expect(lines).toEqual([expect.stringContaining('the option url must be')]);
      expect(lines.join() + String(client.status().error)).not.toContain('SECRET');
    },
  );
});

describe('listeners', () => {
  test('one that stops and begins again is called once for each change', async () => {
    const stream = eventStream();
    const { client, platform } = start(() => stream.response);
    await platform.pass(0);
    const told: number[] = [];
    let stop: () => void = () => undefined;
    const again = ({ version }: { version: number }): void => {
      told.push(version);
      // Otherwise a test that fails would never end.
      if (told.length > 5) return;
      stop();
      stop = client.onChange(again);
    };
    stop = client.onChange(again);
    stream.write(snapshotEvent(V1));
    await platform.pass(0);
    expect(told).toEqual([1]);
    stream.write(snapshotEvent(V2));
    await platform.pass(0);
    expect(told).toEqual([1, 2]);
    await client.close();
  });

  test('one that another stopped in the same round is not called', async () => {
    const stream = eventStream();
    const { client, platform } = start(() => stream.response);
    await platform.pass(0);
    const told: number[] = [];
    client.onChange(() => {
      stop();
    });
    const stop = client.onChange(({ version }) => told.push(version));
    stream.write(snapshotEvent(V1));
    await platform.pass(0);
    expect(told).toEqual([]);
    await client.close();
  });
});

describe('what servers send', () => {
  const change = { environment: 'staging', oldVersion: 1, flags: {}, segments: {} };

  test.each([
    ['of another environment', { ...change, environment: 'production', version: 2 }],
    ['with a version that is no number', { ...change, version: '2' }],
  ])('a change %s is not applied: the snapshot is fetched', async (_, given) => {
    const stream = eventStream(snapshotEvent(V1), changeEvent(given as never));
    const { client, platform, lines } = start(({ pathname }) =>
      pathname === '/stream' ? stream.response : json(snapshotOf(9, { a: true })),
    );
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 9 network');
    expect(lines).toEqual([]);
    await client.close();
  });

  test('a change to what is not of this server is not applied', async () => {
    const stream = eventStream(changeEvent({ ...change, version: 2 }));
    const { client, platform } = start(
      ({ pathname }) =>
        pathname === '/stream' ? stream.response : json(snapshotOf(9, { a: true })),
      { bootstrap: V1 as unknown as JsonObject },
    );
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 9 network');
    await client.close();
  });

  test('no line of their own in the log', async () => {
    const detail = 'no\nWARNING all is well\u2028forged';
    const { client, platform, lines } = start(() => Response.json({ detail }, { status: 500 }));
    await platform.pass(0);
    expect(lines).toEqual([expect.stringContaining('answers 500: no WARNING all is well forged')]);
    await client.close();
  });
});

describe('a clock that is set back by a day', () => {
  const DAY = 86_400_000;

  test('streams are tried again', async () => {
    const held = (): Response => new Response('', { headers: { 'content-type': 'text/html' } });
    const handler: Handler = ({ pathname }) =>
      pathname === '/stream' ? held() : json(V1, { etag: '"v1"' });
    const steady = fakePlatform({ handler });
    let back = 0;
    const platform = { ...steady, now: () => steady.now() - back };
    const client = new FeatureClient('http://flags.test', using(platform, { logger: keeping() }));
    const streams = (): number =>
      steady.requests.filter(({ url }) => url.pathname === '/stream').length;
    await steady.pass(10_000);
    expect(streams()).toBe(3);
    back = DAY;
    await steady.pass(120_000);
    expect(streams()).toBeGreaterThan(3);
    await client.close();
  });

  test('answers that are kept are asked for again', async () => {
    const platform = fakePlatform({ handler: () => json({ key: 'a', value: true }) });
    const remote = new RemoteClient('http://flags.test', { [PLATFORM]: platform } as object);
    await remote.boolean('a', false);
    platform.setClock(platform.now() - DAY);
    await remote.boolean('a', false);
    expect(platform.requests).toHaveLength(2);
  });
});

test('an error of the evaluation stays what it is when the snapshot is stale', async () => {
  const { client, platform } = start(() => json(V1, {}), {
    mode: 'polling',
    ttl: 3_600_000,
    maxAge: 1000,
    stalePolicy: 'default',
  });
  await platform.pass(0);
  await platform.pass(2000);
  expect(client.details('a', false)).toMatchObject({ errorCode: 'GENERAL', stale: true });
  expect(client.details('none', false).errorCode).toBe('FLAG_NOT_FOUND');
  expect(client.details('a', false, 'x' as never).errorCode).toBe('INVALID_CONTEXT');
  await client.close();
});
