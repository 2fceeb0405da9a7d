import { describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import type { Options } from './options.ts';
import {
  fakePlatform,
  flagOf,
  json,
  keeping,
  snapshotOf,
  using,
  type FakePlatform,
  type Handler,
} from './platform.fixture.ts';
import { withFlags } from './testing.ts';

interface Sent {
  readonly events: readonly Record<string, unknown>[];
}

const SPLIT = flagOf(false, { default: { split: [{ variant: 'on', weight: 1 }] } });
const DOCUMENT = snapshotOf(1, { a: true, b: false });

async function start(
  events: Handler,
  options: Options = {},
): Promise<{
  client: FeatureClient;
  platform: FakePlatform;
  network: { events: Handler };
  lines: string[];
  sent: () => Sent[];
}> {
  const network = { events };
  const document = { ...DOCUMENT, flags: { ...DOCUMENT.flags, split: SPLIT } };
  const handler: Handler = (url, init) =>
    url.pathname.endsWith('/events') ? network.events(url, init) : json(document, { etag: '"1"' });
  const platform = fakePlatform({ handler });
  const { lines, ...logger } = keeping();
  const client = new FeatureClient(
    'http://flags.test/base',
    using(platform, { logger, mode: 'polling', ttl: 3_600_000, events: true, ...options }),
  );
  await platform.pass(0);
  const sent = (): Sent[] =>
    platform.requests
      .filter(({ url }) => url.pathname === '/base/events')
      .map(({ body }) => JSON.parse(body) as Sent);
  return { client, platform, network, lines, sent };
}

const accepted: Handler = () => new Response('{"accepted":1}', { status: 202 });

describe('what is counted', () => {
  test('exposures by flag and variant, conversions by name, with the time of the last', async () => {
    const { client, platform, sent } = await start(accepted, {
      environment: 'staging',
      token: 't',
    });
    client.isEnabled('a', 'u1');
    client.boolean('a', false);
    await platform.pass(1000);
    client.details('a', false);
    client.isEnabled('b');
    client.track('purchase', { targetingKey: 'u1' }, 19.9);
    client.track('purchase', {}, 0.1);
    client.track('purchase', {}, Number.NaN);
    client.track('visit');
    await platform.pass(9000);
    expect(sent()).toEqual([
      {
        events: [
          {
            id: 'id-1',
            kind: 'exposure',
            flag: 'a',
            variant: 'on',
            count: 3,
            time: '2026-11-22T10:00:01.000Z',
          },
          {
            id: 'id-2',
            kind: 'exposure',
            flag: 'b',
            variant: 'off',
            count: 1,
            time: '2026-11-22T10:00:01.000Z',
          },
          {
            id: 'id-3',
            kind: 'conversion',
            event: 'purchase',
            count: 3,
            sum: 20,
            time: '2026-11-22T10:00:01.000Z',
          },
          {
            id: 'id-4',
            kind: 'conversion',
            event: 'visit',
            count: 1,
            time: '2026-11-22T10:00:01.000Z',
          },
        ],
      },
    ]);
    const request = platform.requests.at(-1);
    expect(request?.url.search).toBe('?environment=staging');
    expect(request?.headers.get('content-type')).toBe('application/json');
    expect(request?.headers.get('authorization')).toBe('Bearer t');
    await client.close();
  });

  test('nothing for all, explain, errors, overrides, and after close; nothing is sent then', async () => {
    const { client, platform, sent, lines } = await start(accepted);
    client.all();
    client.explain('a');
    client.details('gone', false);
    client.details('a', 'text');
    client.details('split', false);
    using lifting = withFlags(client, { b: true });
    expect(client.isEnabled('b')).toBe(true);
    lifting.lift();
    for (const name of ['', 'x'.repeat(129), 5, undefined]) client.track(name as never);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('1 to 128 characters, got one of 129');
    await platform.pass(30_000);
    await client.close();
    client.isEnabled('a');
    client.track('late');
    await platform.pass(30_000);
    expect(sent()).toEqual([]);
  });

  test('it is off unless asked for', async () => {
    const { client, platform, sent } = await start(accepted, { events: false });
    client.isEnabled('a');
    client.track('x');
    await platform.pass(60_000);
    await client.close();
    expect(sent()).toEqual([]);
  });
});

describe('sending', () => {
  test('the same batch with the same ids until it is answered; what is counted meanwhile comes after', async () => {
    const { client, platform, network, lines, sent } = await start(
      () => new Response('', { status: 503 }),
    );
    client.isEnabled('a');
    await platform.pass(10_000);
    client.isEnabled('a');
    await platform.pass(2000);
    network.events = accepted;
    await platform.pass(20_000);
    const batches = sent();
    expect(batches.length).toBeGreaterThan(3);
    const ids = batches.map(({ events }) =>
      events.map(({ id, count }) => `${String(id)}×${String(count)}`).join(),
    );
    expect(new Set(ids.slice(0, -1))).toEqual(new Set(['id-1×1']));
    expect(ids.at(-1)).toBe('id-2×1');
    expect(lines).toEqual([
      expect.stringContaining('events cannot be sent: http://flags.test/base/events answers 503'),
      expect.stringContaining('events are taken again'),
    ]);
    await client.close();
  });

  test.each([400, 404, 413, 422])('%i: the batch is dropped and that is told', async (status) => {
    const { client, platform, network, lines, sent } = await start(
      () => new Response('', { status }),
    );
    client.isEnabled('a');
    await platform.pass(10_000);
    expect(lines).toEqual([expect.stringContaining('1 events are lost')]);
    network.events = accepted;
    client.isEnabled('b');
    await platform.pass(10_000);
    expect(sent().map(({ events }) => events[0]?.['flag'])).toEqual(['a', 'b']);
    await client.close();
  });

  test('at most 500 in a batch, one batch at a time', async () => {
    const { client, platform, sent } = await start(accepted);
    for (let name = 0; name < 1200; name += 1) client.track(`n${String(name)}`);
    await platform.pass(10_000);
    expect(sent().map(({ events }) => events.length)).toEqual([500, 500, 200]);
    expect(sent()[1]?.events[0]?.['event']).toBe('n500');
    await client.close();
  });

  test('at most 10,000 wait; the oldest are dropped and counted', async () => {
    const { client, platform, network, sent } = await start(() => {
      throw new TypeError('down');
    });
    for (let name = 0; name < 10_005; name += 1) client.track(`n${String(name)}`);
    expect(client.status().droppedEvents).toBe(5);
    network.events = accepted;
    await platform.pass(10_000);
    expect(sent()[0]?.events[0]?.['event']).toBe('n5');
    await client.close();
  });

  test('close sends what waits, and gives up after a second', async () => {
    const { client, sent } = await start(accepted);
    client.isEnabled('a');
    client.track('x');
    await client.close();
    expect(sent()).toHaveLength(1);
    const never = await start(() => new Promise<Response>(() => undefined));
    never.client.isEnabled('a');
    const closed = never.client.close();
    await never.platform.pass(1000);
    await closed;
    expect(never.sent()).toHaveLength(1);
    const down = await start(() => {
      throw new TypeError('down');
    });
    down.client.isEnabled('a');
    await down.client.close();
    expect(down.sent()).toHaveLength(1);
  });
});
