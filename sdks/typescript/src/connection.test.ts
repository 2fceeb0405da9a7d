import { describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
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
  type FakePlatform,
  type Handler,
  type Writer,
} from './platform.fixture.ts';
import { start } from './start.fixture.ts';
import type { Options } from './options.ts';

const V1 = snapshotOf(1, { a: false, b: false });
const V2 = snapshotOf(2, { a: true, b: false });

/** A server with a stream per request, in the order in which they are given. */
function streams(...list: readonly Writer[]): Handler {
  const rest = [...list];
  return ({ pathname }) => {
    if (pathname !== '/stream') return json(V2, { etag: '"v2"' });
    return rest.shift()?.response ?? new Response('', { status: 503 });
  };
}

const pathsOf = ({ requests }: FakePlatform): string[] => requests.map(({ url }) => url.pathname);

describe('streaming', () => {
  test('nothing is asked while a client is made; then the stream brings all', async () => {
    const stream = eventStream(snapshotEvent(V1));
    const { client, platform } = start(streams(stream), { token: 't', environment: 'staging' });
    expect(platform.requests).toEqual([]);
    expect(client.isEnabled('a')).toBe(false);
    expect(client.details('a', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 1 network');
    const [{ url, headers }] = platform.requests as [FakePlatform['requests'][number]];
    expect(url.href).toBe('http://flags.test/stream?environment=staging');
    expect(headers.get('authorization')).toBe('Bearer t');
    expect(headers.get('accept')).toBe('text/event-stream');
    expect(headers.get('last-event-id')).toBe(null);
    await client.close();
  });

  test('a change is applied to what is held, and told', async () => {
    const stream = eventStream(snapshotEvent(V1));
    const { client, platform } = start(streams(stream));
    await platform.pass(0);
    const told: unknown[] = [];
    client.onChange((change) => told.push(change));
    const { a } = V2.flags;
    stream.write(
      changeEvent({
        environment: 'staging',
        oldVersion: 1,
        version: 2,
        flags: { a, b: null, c: flagOf(true) },
        segments: {},
      } as never),
    );
    await platform.pass(0);
    expect(told).toEqual([{ version: 2, flags: ['a', 'b', 'c'] }]);
    expect([client.isEnabled('a'), client.isEnabled('c')]).toEqual([true, true]);
    expect(client.details('b', true).errorCode).toBe('FLAG_NOT_FOUND');
    expect(pathsOf(platform)).toEqual(['/stream']);
    await client.close();
  });

  test('a flag that uses a segment that changed is told too', async () => {
    const when = [{ op: 'in_segment', segment: 's' }];
    const user = flagOf(false, { rules: [{ id: 'r', when, serve: { variant: 'on' } }] });
    const document = { ...V1, flags: { ...V1.flags, user }, segments: { s: { include: ['u1'] } } };
    const stream = eventStream(snapshotEvent(document));
    const { client, platform } = start(streams(stream));
    await platform.pass(0);
    const told: unknown[] = [];
    client.onChange((change) => told.push(change));
    stream.write(
      changeEvent({
        oldVersion: 1,
        version: 2,
        flags: {},
        segments: { s: { include: ['u2'] } },
      } as never),
    );
    await platform.pass(0);
    expect(told).toEqual([{ version: 2, flags: ['user'] }]);
    expect([client.isEnabled('user', 'u1'), client.isEnabled('user', 'u2')]).toEqual([false, true]);
    await client.close();
  });

  test.each([
    ['a gap', changeEvent({ oldVersion: 7, version: 8, flags: {}, segments: {} } as never)],
    [
      'a change that makes rubbish',
      changeEvent({ oldVersion: 1, version: 2, flags: { a: 1 }, segments: {} } as never),
    ],
    ['data that is no JSON', 'event: change\ndata: {"oldVersion":1\n\n'],
    ['data of another form', 'event: change\ndata: [1]\n\n'],
    ['a snapshot that was cut', `event: snapshot\ndata: ${JSON.stringify(V2).slice(0, -9)}\n\n`],
    ['a snapshot of another schema', 'event: snapshot\ndata: {"schema":2}\n\n'],
  ])('%s: the whole snapshot is fetched, and the stream goes on', async (_, event) => {
    const stream = eventStream(snapshotEvent(V1));
    const { client, platform, lines } = start(streams(stream));
    await platform.pass(0);
    stream.write(event);
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 2 network');
    expect(pathsOf(platform)).toEqual(['/stream', '/snapshot']);
    stream.write(changeEvent({ oldVersion: 2, version: 3, flags: {}, segments: {} } as never));
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 3 network');
    expect(lines).toEqual([]);
    await client.close();
  });

  test('a stream that ended is resumed with the version held; the comment counts', async () => {
    const [first, second] = [
      eventStream(snapshotEvent(V1)),
      eventStream(': nothing was missed\n\n'),
    ];
    const { client, platform } = start(streams(first, second));
    await platform.pass(0);
    first.end();
    await platform.pass(249);
    expect(platform.requests).toHaveLength(1);
    await platform.pass(1);
    expect(platform.requests[1]?.headers.get('last-event-id')).toBe('run.1');
    await platform.pass(20_000);
    expect(pathsOf(platform)).toEqual(['/stream', '/stream']);
    await client.close();
  });

  test('retry of the stream is a lower bound, for the tries that fail too', async () => {
    const first = eventStream(snapshotEvent(V1), 'retry: 2000\n\n');
    const { client, platform } = start(streams(first));
    await platform.pass(0);
    first.end();
    await platform.pass(1999);
    expect(platform.requests).toHaveLength(1);
    await platform.pass(1);
    expect(platform.requests).toHaveLength(2);
    await platform.pass(1999);
    expect(platform.requests).toHaveLength(2);
    await client.close();
  });

  test('without a sign of life for 45 s the stream is given up; any byte is one', async () => {
    const [first, second] = [
      eventStream(snapshotEvent(V1)),
      eventStream(': nothing was missed\n\n'),
    ];
    const { client, platform, lines } = start(streams(first, second));
    await platform.pass(40_000);
    expect(client.details('a', true).age).toBe(40_000);
    first.write(':');
    await platform.pass(44_000);
    expect(client.details('a', true).age).toBe(44_000);
    expect(platform.requests).toHaveLength(1);
    await platform.pass(1300);
    expect(platform.requests).toHaveLength(2);
    expect(lines).toEqual([
      expect.stringContaining(
        'http://flags.test/stream is silent for 45 s. Meanwhile version 1 serves (network)',
      ),
      expect.stringContaining('the server can be reached again, after 0.3 s'),
    ]);
    await client.close();
  });

  test('killed in the middle of an event: what was held stays, and it begins again', async () => {
    const [first, second] = [
      eventStream(snapshotEvent(V1), 'event: snapshot\ndata: {"sch'),
      eventStream(snapshotEvent(V2)),
    ];
    const { client, platform, lines } = start(streams(first, second));
    await platform.pass(0);
    first.cut();
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 1 network');
    await platform.pass(250);
    expect(stateOf(client)).toBe('ready 2 network');
    expect(lines[0]).toContain('broke off: terminated');
    await client.close();
  });

  test('the environment is gone: told once, the last snapshot stays, and it may come again', async () => {
    const stream = eventStream(snapshotEvent(V1));
    const { client, platform, lines } = start(streams(stream));
    await platform.pass(0);
    const gone = changeEvent({ oldVersion: 1, version: null, flags: {}, segments: {} } as never);
    stream.write(gone + gone);
    await platform.pass(0);
    expect(lines).toEqual([expect.stringContaining('no longer has the environment')]);
    expect(stateOf(client)).toBe('ready 1 network');
    stream.write(changeEvent({ version: 1, flags: {}, segments: {} } as never));
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 2 network');
    expect(lines[1]).toContain('the environment is there again');
    await client.close();
  });

  test('bytes that come one by one, with every kind of line end, other events and fields', async () => {
    const stream = eventStream();
    const { client, platform } = start(streams(stream));
    await platform.pass(0);
    const text = snapshotEvent(V1).replaceAll('\n', '\r\n');
    for (const character of `\uFEFFid\r: hé\rx: 1\revent: other\rdata: {}\r\r${text}`)
      stream.write(character);
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 1 network');
    await client.close();
  });
});

describe('streams that are held up', () => {
  test.each([
    ['says nothing', (): Response => eventStream().response, 10_000],
    ['is no event stream', (): Response => json({}), 0],
    [
      'ends at once',
      (): Response => new Response('', { headers: { 'content-type': 'text/event-stream' } }),
      0,
    ],
  ])(
    '%s: after three in a row it is polled, and a stream tried every 5 minutes',
    async (_, held, each) => {
      const { client, platform, network, lines } = start(({ pathname }) =>
        pathname === '/stream' ? held() : json(V1, { etag: '"1"' }),
      );
      await platform.pass(3 * each + 500);
      expect(pathsOf(platform)).toEqual([
        '/stream',
        '/snapshot',
        '/stream',
        '/snapshot',
        '/stream',
        '/snapshot',
      ]);
      expect(stateOf(client)).toBe('ready 1 network');
      expect(lines).toEqual([
        expect.stringMatching(/streams do not get through.*every 30 s.*every 5 minutes.*proxy/),
      ]);
      await platform.pass(290_000);
      expect(pathsOf(platform).slice(6)).toEqual(Array.from({ length: 9 }, () => '/snapshot'));
      const good = eventStream(snapshotEvent(V1));
      network.handler = () => good.response;
      await platform.pass(30_000);
      expect(pathsOf(platform).slice(15)).toEqual(['/stream']);
      expect(lines[1]).toContain('streams get through again');
      await client.close();
    },
  );

  test('an answer that never begins is one too, if the server answers otherwise', async () => {
    const never = new Promise<Response>(() => undefined);
    const { client, platform, lines } = start(({ pathname }) =>
      pathname === '/stream' ? never : json(V1),
    );
    await platform.pass(31_000);
    expect(stateOf(client)).toBe('ready 1 network');
    expect(lines).toEqual([
      expect.stringContaining('no answer within 10000 ms: asking every 30 s'),
    ]);
    await client.close();
  });
});

describe('polling', () => {
  const polling = { mode: 'polling', ttl: 1000 } as const;

  test('every ttl, with the tag; 304 makes it young again', async () => {
    let status = 200;
    const { client, platform, network } = start(() => json(V1, { etag: '"1"' }), polling);
    await platform.pass(999);
    expect(client.details('a', true).age).toBe(999);
    network.handler = () => new Response(null, { status: (status = 304) });
    await platform.pass(1);
    expect(client.details('a', true).age).toBe(0);
    expect(platform.requests[1]?.headers.get('if-none-match')).toBe('"1"');
    expect(status).toBe(304);
    expect(pathsOf(platform)).toEqual(['/snapshot', '/snapshot']);
    await client.close();
  });

  test.each([
    ['rubbish', (): Response => new Response('<html>'), 'it is no JSON: \\"<html>\\"'],
    ['nothing', (): Response => new Response(''), 'it is no JSON: nothing at all'],
    [
      'a truncated snapshot',
      (): Response => new Response(JSON.stringify(V2).slice(0, 80)),
      'it is no JSON',
    ],
    [
      'a broken snapshot',
      (): Response => json({ ...V2, flags: { a: {}, b: {} } }),
      '/flags/a/type',
    ],
  ])('%s: the old one stays, told once', async (_, answer, message) => {
    const { client, platform, network, lines } = start(() => json(V1), polling);
    await platform.pass(500);
    network.handler = answer;
    await platform.pass(60_000);
    expect(stateOf(client)).toBe('ready 1 network');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(message.replaceAll('\\', ''));
    network.handler = () => json(V2);
    await platform.pass(30_000);
    expect(stateOf(client)).toBe('ready 2 network');
    expect(lines[1]).toMatch(/the server sends good snapshots again, after \d+\.\d s/);
    expect(lines).toHaveLength(2);
    await client.close();
  });

  test('a lower version wins: a backup was restored', async () => {
    const { client, platform, network } = start(() => json(V2), polling);
    await platform.pass(0);
    network.handler = () => json(V1);
    await platform.pass(1000);
    expect(stateOf(client)).toBe('ready 1 network');
    await client.close();
  });

  test('the backoff: its table with chance one half, and Retry-After as a lower bound', async () => {
    const { client, platform, network } = start(() => new Response('', { status: 503 }), polling);
    await platform.pass(70_000);
    const at = platform.requests.map((request) => request.at);
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    network.handler = () => new Response('', { status: 503, headers: { 'retry-after': '60' } });
    await platform.pass(15_000);
    const count = platform.requests.length;
    await platform.pass(50_000);
    expect(platform.requests).toHaveLength(count);
    await platform.pass(1000);
    expect(platform.requests).toHaveLength(count + 1);
    await client.close();
  });

  test('an hour without the server: it serves, grows old, and comes back by itself', async () => {
    const { client, platform, network, lines } = start(() => json(V2), {
      ...polling,
      maxAge: 60_000,
    });
    await platform.pass(0);
    network.handler = () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
    };
    await platform.pass(3_600_000);
    expect(client.isEnabled('a')).toBe(true);
    expect(client.status().state).toBe('stale');
    expect(client.details('a', false).age).toBeGreaterThan(3_590_000);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ECONNREFUSED');
    expect(client.status().error).toContain('ECONNREFUSED');
    network.handler = () => json(V1);
    await platform.pass(30_000);
    expect(stateOf(client)).toBe('ready 1 network');
    expect(lines[1]).toMatch(/the server can be reached again, after 36\d\d\.\d s/);
    expect(client.status().error).toBe(undefined);
    await client.close();
  });
});

describe('answers that say no', () => {
  test.each([
    [401, {}, 'the token is not accepted: http://flags.test/stream answers 401'],
    [403, { detail: 'no such host' }, 'answers 403: no such host'],
    [404, {}, 'no FeatureFlags server at http://flags.test/stream: it answers 404'],
    [
      404,
      { code: 'ENVIRONMENT_NOT_FOUND', detail: 'There is no environment x.' },
      'FeatureFlags: There is no environment x.',
    ],
    [500, { detail: 'oh' }, 'http://flags.test/stream answers 500: oh'],
  ])('%s %j: told once, the defaults serve', async (status, problem, message) => {
    const { client, platform, lines } = start(
      () => new Response(JSON.stringify(problem), { status }),
      { token: 'secret' },
    );
    await platform.pass(120_000);
    expect(platform.requests.length).toBeGreaterThan(5);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(message);
    expect(lines[0]).toContain('Meanwhile the defaults serve');
    expect(lines[0]).not.toContain('secret');
    expect(client.boolean('a', true)).toBe(true);
    await client.close();
  });

  test('a redirect within the origin is followed, one to another is not', async () => {
    const { client, platform, network, lines } = start(
      ({ pathname }) =>
        pathname === '/x/snapshot'
          ? json(V1)
          : new Response(null, { status: 308, headers: { location: '/x/snapshot' } }),
      { mode: 'polling', token: 't' },
    );
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 1 network');
    network.handler = () =>
      new Response(null, { status: 302, headers: { location: 'https://evil.test/snapshot' } });
    await platform.pass(30_000);
    expect(platform.requests.every(({ url }) => url.hostname === 'flags.test')).toBe(true);
    expect(lines).toEqual([
      expect.stringContaining('redirects to https://evil.test, which is not followed'),
    ]);
    network.handler = () => new Response(null, { status: 307, headers: { location: '/snapshot' } });
    await platform.pass(1);
    await client.close();
  });

  test('redirects without end are given up', async () => {
    const { client, platform, lines } = start(
      () => new Response(null, { status: 307, headers: { location: '/snapshot' } }),
      { mode: 'polling' },
    );
    await platform.pass(0);
    expect(platform.requests).toHaveLength(6);
    expect(lines).toEqual([expect.stringContaining('more than 5 redirects')]);
    await client.close();
  });
});

describe('one connection', () => {
  test('clients with the same settings share it; it ends with the last of them', async () => {
    const stream = eventStream(snapshotEvent(V1));
    const network = { handler: streams(stream) };
    const platform = fakePlatform(network);
    const make = (options: Options = {}): FeatureClient =>
      new FeatureClient('http://flags.test/', using(platform, { logger: keeping(), ...options }));
    const [one, two, other] = [make(), make({ timeout: 5 }), make({ environment: 'other' })];
    await platform.pass(0);
    expect(platform.requests.map(({ url }) => url.search)).toEqual(['', '?environment=other']);
    expect([stateOf(one), stateOf(two)]).toEqual(['ready 1 network', 'ready 1 network']);
    await one.close();
    await one.close();
    stream.write(changeEvent({ oldVersion: 1, version: 2, flags: {}, segments: {} } as never));
    await platform.pass(0);
    expect(stateOf(two)).toBe('ready 2 network');
    expect(one.status().state).toBe('closed');
    expect(one.boolean('a', true)).toBe(false);
    await two.close();
    stream.write(changeEvent({ oldVersion: 2, version: 3, flags: {}, segments: {} } as never));
    await platform.pass(0);
    expect(two.status().version).toBe(2);
    await other.close();
    expect(platform.waits()).toEqual([]);
    const again = make();
    await platform.pass(0);
    expect(platform.requests).toHaveLength(3);
    await again.close();
  });
});
