import { describe, expect, test } from 'vitest';

import { RemoteClient, type RemoteOptions } from './index.ts';
import {
  fakePlatform,
  json,
  keeping,
  type FakePlatform,
  type Handler,
} from './platform.fixture.ts';
import { PLATFORM } from './platform.ts';
import { change, startServer } from './server.fixture.ts';

const ON = { key: 'a', value: true, variant: 'on', reason: 'STATIC', metadata: { owner: 'web' } };

function start(
  handler: Handler,
  options: RemoteOptions = {},
): {
  client: RemoteClient;
  platform: FakePlatform;
  network: { handler: Handler };
  lines: string[];
} {
  const network = { handler };
  const platform = fakePlatform(network);
  const { lines, ...logger } = keeping();
  const client = new RemoteClient(
    'http://flags.test/',
    Object.assign({ logger, ...options }, { [PLATFORM]: platform }),
  );
  return { client, platform, network, lines };
}

describe('answers are kept', () => {
  test('for their time, for the same flag and context', async () => {
    const { client, platform } = start(() => json(ON), { environment: 'staging', token: 't' });
    expect(await client.details('a', false, { b: 1 })).toEqual({ ...ON, age: 0, stale: false });
    await platform.pass(29_999);
    expect(await client.boolean('a', false, { b: 1 })).toBe(true);
    expect(platform.requests).toHaveLength(1);
    await client.boolean('a', false, { b: 2 });
    expect(platform.requests).toHaveLength(2);
    await platform.pass(1);
    await client.boolean('a', false, { b: 1 });
    expect(platform.requests).toHaveLength(3);
    const [{ url, body, headers }] = platform.requests as [FakePlatform['requests'][number]];
    expect(url.href).toBe('http://flags.test/ofrep/v1/evaluate/flags/a?environment=staging');
    expect([body, headers.get('authorization')]).toEqual(['{"context":{"b":1}}', 'Bearer t']);
  });

  test('0 keeps nothing, not even for a failure', async () => {
    const { client, platform, network } = start(() => json(ON), { ttl: 0 });
    await client.boolean('a', false);
    await client.boolean('a', false);
    expect(platform.requests).toHaveLength(2);
    network.handler = () => new Response('', { status: 500 });
    expect(await client.boolean('a', false)).toBe(false);
  });

  test('a thousand, the least recently used go first', async () => {
    const { client, platform } = start(() => json(ON));
    for (let user = 0; user < 1000; user += 1) await client.boolean('a', false, { user });
    await client.boolean('a', false, { user: 0 });
    await client.boolean('a', false, { user: 1000 });
    expect(platform.requests).toHaveLength(1001);
    await client.boolean('a', false, { user: 0 });
    expect(platform.requests).toHaveLength(1001);
    await client.boolean('a', false, { user: 1 });
    expect(platform.requests).toHaveLength(1002);
  });

  test('when the server is gone they serve as STALE; without one the default', async () => {
    const { client, platform, network, lines } = start(() => json(ON));
    await client.boolean('a', false);
    network.handler = () => {
      throw new TypeError('fetch failed');
    };
    await platform.pass(40_000);
    expect(await client.details('a', false)).toMatchObject({
      value: true,
      reason: 'STALE',
      stale: true,
      age: 40_000,
    });
    expect(await client.details('b', 7)).toMatchObject({
      value: 7,
      reason: 'ERROR',
      errorCode: 'GENERAL',
    });
    expect(lines).toEqual([expect.stringContaining('fetch failed')]);
    network.handler = () => json(ON);
    expect(await client.details('a', false)).toMatchObject({ reason: 'STATIC', stale: false });
    expect(lines[1]).toContain('can be reached again');
  });
});

describe('what goes wrong', () => {
  test('no answer within the timeout', async () => {
    const { client, platform } = start(() => new Promise<Response>(() => undefined));
    const asked = client.details('a', true);
    await platform.pass(2000);
    expect(await asked).toMatchObject({
      value: true,
      errorCode: 'GENERAL',
      errorMessage: expect.stringContaining('no answer within 2000 ms'),
    });
  });

  test.each([
    ['rubbish', (): Response => new Response('<html>')],
    ['another form', (): Response => json([])],
    ['an item without a value', (): Response => json({ key: 'a' })],
    ['401', (): Response => new Response('', { status: 401 })],
  ])('%s', async (_, handler) => {
    const { client, lines } = start(handler);
    expect(await client.details('a', true)).toMatchObject({ value: true, errorCode: 'GENERAL' });
    expect(await client.isEnabled('a')).toBe(false);
    expect((await client.explain('a')).result.errorCode).toBe('GENERAL');
    expect(await client.all()).toEqual({});
    expect(lines).toHaveLength(1);
  });

  test('codes that the protocol does not know are GENERAL', async () => {
    const { client } = start(() => new Response('{"key":"a","errorCode":"NEW"}', { status: 400 }));
    expect(await client.details('a', true)).toMatchObject({
      errorCode: 'GENERAL',
      errorMessage: 'the server does not say why',
    });
  });

  test('wrong arguments are told, and the defaults serve', async () => {
    const { lines, ...logger } = keeping();
    const client = new RemoteClient('nonsense', { logger, ttl: -1, mode: 'x' } as never);
    expect(lines).toHaveLength(3);
    expect(await client.details('a', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
    expect([await client.isEnabled('a'), await client.all()]).toEqual([false, {}]);
    const { client: other } = start(() => json(ON));
    expect((await other.details('a', true, 5 as never)).errorCode).toBe('INVALID_CONTEXT');
    expect(await other.all(5 as never)).toEqual({});
  });
});

test('against the real server', async () => {
  const { url, stop } = await startServer();
  await change(url, '/import', {
    schema: 1,
    flags: {
      banner: { enabled: true, metadata: { n: 1 } },
      colour: { enabled: true, variants: { blue: 'b', red: 'r' }, off: 'red', default: 'blue' },
      limit: { enabled: true, variants: { high: 7 }, off: 'high', default: 'high' },
      theme: { enabled: true, variants: { dark: { ink: 1 } }, off: 'dark', default: 'dark' },
      german: { enabled: true, rules: [{ id: 'de', when: { country: 'DE' }, serve: 'on' }] },
      split: { enabled: true, default: { split: [{ variant: 'on', weight: 1 }] } },
    },
  });
  const client = new RemoteClient(url, { logger: keeping(), ttl: 0, timeout: 20_000 });
  expect(
    await Promise.all([
      client.isEnabled('banner', 'u1'),
      client.isEnabled('colour'),
      client.isEnabled('limit'),
      client.isEnabled('gone'),
    ]),
  ).toEqual([true, true, false, false]);
  expect(
    await Promise.all([
      client.string('colour', ''),
      client.number('limit', 0),
      client.object('theme', {}),
      client.string('limit', 'x'),
    ]),
  ).toEqual(['b', 7, { ink: 1 }, 'x']);
  expect(await client.isEnabled('german', 'u', { country: 'DE', at: new Date(0) })).toBe(true);
  expect(await client.details('banner', null)).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'STATIC',
    metadata: { n: 1 },
  });
  expect(await client.details('gone', false)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  expect(await client.details('split', false)).toMatchObject({
    errorCode: 'TARGETING_KEY_MISSING',
  });
  const { result, trace } = await client.explain('german', { country: 'DE' });
  expect(result).toMatchObject({ value: true, ruleId: 'de', reason: 'TARGETING_MATCH' });
  expect(trace.at(-1)).toMatchObject({ step: 5, applies: true });
  expect((await client.explain('gone')).result).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  const all = await client.all();
  expect(Object.keys(all).toSorted()).toEqual([
    'banner',
    'colour',
    'german',
    'limit',
    'split',
    'theme',
  ]);
  expect(all['split']).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
  await stop();
});
