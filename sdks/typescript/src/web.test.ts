import { afterEach, describe, expect, test, vi } from 'vitest';

import {
  eventStream,
  fakePlatform,
  json,
  keeping,
  type FakePlatform,
  type Handler,
} from './platform.fixture.ts';
import { PLATFORM } from './platform.ts';
import { change, startServer, until } from './server.fixture.ts';
import { WebClient, type WebOptions } from './web.ts';

const item = (key: string, value: unknown): object => ({
  key,
  value,
  variant: 'v',
  reason: 'STATIC',
  metadata: {},
});
const REFETCH = 'data: {"type":"refetchEvaluation","etag":"production-2","lastModified":7}\n\n';

function bulk(flags: object[], etag = '"1"', stream = true): Response {
  const eventStreams = [
    { type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream?environment=e' } },
  ];
  return json({ flags, ...(stream ? { eventStreams } : {}) }, { etag });
}

interface Started {
  readonly client: WebClient;
  readonly platform: FakePlatform;
  readonly network: { flags: Handler; stream: Handler };
  readonly lines: readonly string[];
}

function start(flags: Handler, options: WebOptions = {}): Started {
  const network: Started['network'] = { flags, stream: () => eventStream(': open\n\n').response };
  const platform = fakePlatform({
    handler: (url, init) =>
      (url.pathname.endsWith('/stream') ? network.stream : network.flags)(url, init),
  });
  const { lines, ...logger } = keeping();
  const client = new WebClient(
    'http://flags.test/base/',
    Object.assign({ logger, ...options }, { [PLATFORM]: platform }),
  );
  return { client, platform, network, lines };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('answers from memory, each type by its call, once they are there', async () => {
  const flags = [
    item('on', true),
    item('text', 'x'),
    item('number', 7),
    item('theme', { ink: 1 }),
    { key: 'bad', errorCode: 'PARSE_ERROR', errorDetails: 'why' },
  ];
  const { client, platform } = start(() => bulk(flags), {
    token: 't',
    environment: 'e',
    context: { targetingKey: 'u1', at: new Date(0) },
  });
  expect(client.details('on', false)).toEqual({
    key: 'on',
    value: false,
    reason: 'ERROR',
    errorCode: 'PROVIDER_NOT_READY',
    errorMessage: expect.any(String),
    metadata: {},
    stale: false,
  });
  expect([client.all(), client.status()]).toEqual([{}, { state: 'starting', source: 'none' }]);
  const ready = client.waitUntilReady(10_000);
  await platform.pass(0);
  expect(await ready).toBe(true);
  expect([client.isEnabled('on'), client.isEnabled('text'), client.isEnabled('gone')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([
    client.boolean('on', false),
    client.string('text', ''),
    client.number('number', 0),
    client.object('theme', {}),
  ]).toEqual([true, 'x', 7, { ink: 1 }]);
  expect(client.details('on', false)).toEqual({
    key: 'on',
    value: true,
    variant: 'v',
    reason: 'STATIC',
    metadata: {},
    stale: false,
  });
  expect(client.details('text', 5)).toMatchObject({ value: 5, errorCode: 'TYPE_MISMATCH' });
  expect(client.details('gone', 5)).toMatchObject({ value: 5, errorCode: 'FLAG_NOT_FOUND' });
  expect(client.details('bad', 5)).toMatchObject({
    value: 5,
    errorCode: 'PARSE_ERROR',
    errorMessage: 'why',
  });
  expect(Object.keys(client.all())).toEqual(['on', 'text', 'number', 'theme', 'bad']);
  const [asked, followed] = platform.requests as [
    FakePlatform['requests'][number],
    FakePlatform['requests'][number],
  ];
  expect(asked.url.href).toBe('http://flags.test/base/ofrep/v1/evaluate/flags?environment=e');
  expect(asked.body).toBe('{"context":{"targetingKey":"u1","at":"1970-01-01T00:00:00.000Z"}}');
  expect(asked.headers.get('authorization')).toBe('Bearer t');
  expect(followed.url.href).toBe('http://flags.test/base/ofrep/v1/stream?environment=e');
  client.close();
  await platform.pass(0);
  expect(platform.waits()).toEqual([]);
  expect([client.isEnabled('on'), client.status().state]).toEqual([true, 'closed']);
});

test('a change is fetched with its tag, and its keys are told; 304 tells nothing', async () => {
  const stream = eventStream(': open\n\n');
  const { client, platform, network } = start(() => bulk([item('a', 1), item('b', 2)]));
  network.stream = () => stream.response;
  await platform.pass(0);
  const told: unknown[] = [];
  client.onChange((each) => told.push(each));
  client.onChange(() => {
    throw new Error('mine');
  });
  network.flags = () => new Response(null, { status: 304 });
  stream.write(REFETCH);
  await platform.pass(0);
  expect(told).toEqual([]);
  network.flags = () => bulk([item('a', 1), item('b', 3), item('c', 4)], '"2"');
  stream.write(`data: {"type":"other"}\n\n${REFETCH}`);
  await platform.pass(0);
  expect(told).toEqual([{ flags: ['b', 'c'] }]);
  expect(client.number('b', 0)).toBe(3);
  const last = platform.requests.at(-1);
  expect(last?.url.search).toBe('?flagConfigEtag=production-2&flagConfigLastModified=7');
  expect(last?.headers.get('if-none-match')).toBe('"1"');
  client.close();
});

test('another context: asked at once; an answer for the one before is not taken', async () => {
  const answers: ((response: Response) => void)[] = [];
  const { client, platform, lines } = start(
    () =>
      new Promise<Response>((resolve) => {
        answers.push(resolve);
      }),
  );
  await platform.pass(0);
  const set = client.setContext({ targetingKey: 'u2' });
  await platform.pass(0);
  answers[1]?.(bulk([item('a', 'second')]));
  expect(await set).toBe(true);
  answers[0]?.(bulk([item('a', 'first')]));
  await platform.pass(0);
  expect(client.string('a', '')).toBe('second');
  expect(platform.requests[1]?.body).toBe('{"context":{"targetingKey":"u2"}}');
  expect(await client.setContext([] as never)).toBe(false);
  expect(lines).toEqual([expect.stringContaining('setContext takes an object')]);
  client.close();
});

describe('when something is wrong', () => {
  test.each([
    [
      'down',
      (): Response => {
        throw new TypeError('fetch failed');
      },
      'fetch failed',
    ],
    ['rubbish', (): Response => new Response('<html>'), 'sent what are no answers'],
    ['401', (): Response => new Response('', { status: 401 }), 'the token is not accepted'],
    [
      'a redirect',
      (): Response => new Response('', { status: 302, headers: { location: 'http://evil.test/' } }),
      'not followed',
    ],
  ])('%s: told once, the defaults serve, then it comes', async (_, handler, message) => {
    const { client, platform, network, lines } = start(handler);
    const ready = client.waitUntilReady(1);
    await platform.pass(60_000);
    expect(await ready).toBe(false);
    expect(client.boolean('a', true)).toBe(true);
    expect(lines).toEqual([expect.stringContaining(message)]);
    expect(lines[0]).toContain('Meanwhile the defaults serve');
    expect(client.status().error).toContain(message);
    expect(await client.setContext({})).toBe(false);
    network.flags = () => bulk([item('a', false)]);
    await platform.pass(30_000);
    expect(client.boolean('a', true)).toBe(false);
    expect(lines).toHaveLength(2);
    client.close();
  });

  test('the stream ends: fetched again, then followed again; held up: every ttl', async () => {
    const stream = eventStream(': open\n\n');
    const { client, platform, network } = start(() => bulk([item('a', 1)]), { ttl: 5000 });
    network.stream = () => stream.response;
    await platform.pass(0);
    network.stream = () => json({});
    stream.end();
    await platform.pass(250);
    expect(platform.requests).toHaveLength(4);
    await platform.pass(5000);
    expect(platform.requests).toHaveLength(6);
    network.flags = () => bulk([item('a', 2)], '"2"', false);
    await platform.pass(10_000);
    expect(platform.requests).toHaveLength(8);
    client.close();
  });

  test('wrong options are told', async () => {
    const { lines, ...logger } = keeping();
    const client = new WebClient('nonsense', { logger, mode: 'polling', context: 5 } as never);
    expect(lines).toHaveLength(3);
    expect(client.boolean('a', true)).toBe(true);
    expect(await client.setContext({})).toBe(false);
    client.close();
    expect(await client.waitUntilReady(10)).toBe(false);
  });
});

describe('the page', () => {
  test('answers are kept for the next visit with the same context, if that is wanted', async () => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => kept.set(name, text),
    });
    const first = start(() => bulk([item('a', true)]), { persist: true, context: { b: 1 } });
    await first.platform.pass(0);
    first.client.close();
    expect([...kept.keys()]).toEqual(['featureflags:http://flags.test/base\n']);
    const { client, platform } = start(() => bulk([item('a', false)]), {
      persist: true,
      context: { b: 1 },
    });
    expect([client.isEnabled('a'), client.status().source]).toEqual([true, 'storage']);
    await platform.pass(0);
    expect([
      client.isEnabled('a'),
      client.status().source,
      platform.requests[0]?.headers.get('if-none-match'),
    ]).toEqual([false, 'network', null]);
    client.close();
    const other = start(() => bulk([]), { persist: true, context: { b: 2 } });
    expect(other.client.status().source).toBe('none');
    other.client.close();
    kept.set('featureflags:http://flags.test/base\n', 'rubbish');
    expect(start(() => bulk([]), { persist: true }).client.status().source).toBe('none');
  });

  test('a storage that is full or forbidden is told and changes nothing else', async () => {
    const setItem = (): void => {
      throw new Error('QuotaExceededError');
    };
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('SecurityError');
      },
      setItem,
    });
    const { client, platform, lines } = start(() => bulk([item('a', true)]), { persist: true });
    await platform.pass(0);
    expect(client.isEnabled('a')).toBe(true);
    expect(lines).toEqual([expect.stringContaining('QuotaExceededError')]);
    client.close();
  });

  test('people come back to it: fetched again', async () => {
    const listeners = new Set<() => void>();
    const page = {
      visibilityState: 'hidden',
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    vi.stubGlobal('document', page);
    const { client, platform } = start(() => bulk([item('a', true)]));
    await platform.pass(0);
    const count = platform.requests.length;
    for (const listener of listeners) listener();
    await platform.pass(0);
    expect(platform.requests).toHaveLength(count);
    page.visibilityState = 'visible';
    for (const listener of listeners) listener();
    await platform.pass(0);
    expect(platform.requests).toHaveLength(count + 1);
    client.close();
    expect(listeners.size).toBe(0);
  });
});

test('against the real server', async () => {
  const { url, stop } = await startServer();
  await change(url, '/flags/banner', {
    enabled: true,
    rules: [{ id: 'de', when: { country: 'DE' }, serve: 'on' }],
  });
  const client = new WebClient(url, {
    context: { targetingKey: 'u1', country: 'FR' },
    logger: keeping(),
  });
  expect(await client.waitUntilReady(20_000)).toBe(true);
  expect(client.isEnabled('banner')).toBe(false);
  expect(await client.setContext({ targetingKey: 'u1', country: 'DE' })).toBe(true);
  expect(client.isEnabled('banner')).toBe(true);
  await until(
    async () =>
      (await (await fetch(`${url}/metrics`)).text()).includes('\nfeatureflags_open_streams 1\n'),
    'a stream',
  );
  await change(url, '/flags/banner', { enabled: false });
  await until(() => !client.isEnabled('banner'), 'the change');
  client.close();
  await stop();
});
