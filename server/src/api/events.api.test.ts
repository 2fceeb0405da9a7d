import type { JsonObject } from '@featureflags/core';
import { beforeEach, describe, expect, test } from 'vitest';

import { keptBy, NOW, problem, testApp, type TestApp, type Told } from '../app.fixture.ts';
import { memoryStore } from '../stores/memory.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
  await app.seed({ environments: ['production', 'staging'], flags: { a: {}, constructor: {} } });
});

let ids = 0;

function newId(): string {
  ids += 1;
  return `0b3e4f1c-2f0e-4c5b-9f3a-${String(ids).padStart(12, '0')}`;
}

function exposure(over: JsonObject = {}): JsonObject {
  return { id: newId(), kind: 'exposure', flag: 'a', variant: 'on', count: 1, time: NOW, ...over };
}

function conversion(over: JsonObject = {}): JsonObject {
  return { id: newId(), kind: 'conversion', event: 'buy', count: 1, time: NOW, ...over };
}

function without(event: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
}

function send(events: readonly unknown[], query = ''): Promise<Told> {
  return app.post(`/events${query}`, { events });
}

async function usage(key = 'a', query = ''): Promise<unknown> {
  const { body } = await app.get(`/flags/${key}${query}`);
  const { lastEvaluated, evaluations } = body as JsonObject;
  return { lastEvaluated, evaluations };
}

const UNUSED = { lastEvaluated: null, evaluations: {} };

describe('POST /events', () => {
  test('counts by flag, variant and environment', async () => {
    const earlier = '2026-03-01T10:00:00.5+01:00';
    const { status, body } = await send([
      exposure({ count: 1289 }),
      exposure({ count: 2, time: earlier }),
      exposure({ variant: 'off', time: earlier }),
      exposure({ flag: 'constructor' }),
    ]);
    expect([status, body]).toEqual([202, { accepted: 4, duplicates: 0, unknown: 0 }]);
    await send([exposure()], '?environment=staging');
    expect(await usage()).toEqual({
      lastEvaluated: NOW,
      evaluations: {
        on: { count: 1291, last: NOW },
        off: { count: 1, last: '2026-03-01T09:00:00.500Z' },
      },
    });
    const one = { lastEvaluated: NOW, evaluations: { on: { count: 1, last: NOW } } };
    expect(await usage('constructor')).toEqual(one);
    expect(await usage('a', '?environment=staging')).toEqual(one);
    expect(await usage('constructor', '?environment=staging')).toEqual(UNUSED);
  });

  test('counts conversions, which GET /events shows', async () => {
    await send([conversion({ count: 3, sum: 59.75 }), conversion({ sum: -1.25 })]);
    await send([conversion({ event: '__proto__' }), conversion({ event: '🎉'.repeat(128) })]);
    const { status, text } = await app.get('/events');
    const { environment, conversions } = JSON.parse(text) as JsonObject;
    expect([status, environment]).toEqual([200, 'production']);
    expect(Object.entries(conversions as JsonObject)).toEqual([
      ['buy', { count: 4, last: NOW, sum: 58.5 }],
      ['__proto__', { count: 1, last: NOW, sum: 0 }],
      ['🎉'.repeat(128), { count: 1, last: NOW, sum: 0 }],
    ]);
    expect((await app.get('/events?environment=staging')).body).toEqual({
      environment: 'staging',
      conversions: {},
    });
  });

  test('counts a batch that is sent again once, whatever the case of its ids', async () => {
    const events = [exposure(), conversion()];
    expect((await send(events)).body).toEqual({ accepted: 2, duplicates: 0, unknown: 0 });
    const again = events.map((event) => ({ ...event, id: String(event['id']).toUpperCase() }));
    const { status, body } = await send([...again, exposure()]);
    expect([status, body]).toEqual([202, { accepted: 1, duplicates: 2, unknown: 0 }]);
    expect(await usage()).toMatchObject({ evaluations: { on: { count: 2 } } });
  });

  test('takes nothing of what there is not', async () => {
    const { body } = await send([
      exposure({ flag: 'b' }),
      exposure({ flag: 'toString' }),
      exposure({ variant: 'constructor' }),
      exposure(),
    ]);
    expect(body).toEqual({ accepted: 1, duplicates: 0, unknown: 3 });
    expect(await usage()).toMatchObject({ evaluations: { on: { count: 1 } } });
  });

  test('takes an empty batch, and one of 1,000', async () => {
    expect((await send([])).body).toEqual({ accepted: 0, duplicates: 0, unknown: 0 });
    const events = Array.from({ length: 1000 }, () =>
      conversion({ sum: 1, event: 'x'.repeat(128) }),
    );
    expect((await send(events)).body).toEqual({ accepted: 1000, duplicates: 0, unknown: 0 });
  });

  test.each([
    ['later than now', '2027-01-01T00:00:00Z', NOW],
    ['a leap second', '2016-12-31T23:59:60Z', NOW],
    ['long ago', '1970-01-01T00:00:00Z', '2026-02-28T12:00:00.000Z'],
    ['in year 0', '0000-01-01T00:00:00Z', '2026-02-28T12:00:00.000Z'],
    ['a while ago', '2026-02-28T12:00:00.001Z', '2026-02-28T12:00:00.001Z'],
  ])('moves a time that cannot be: %s', async (_, time, lastEvaluated) => {
    await send([exposure({ time })]);
    expect(await usage()).toMatchObject({ lastEvaluated });
  });

  test.each([
    ['no object', 7, '', 'type'],
    ['no kind', without(exposure(), 'kind'), '/kind', 'required'],
    ['another kind', exposure({ kind: 'view' }), '/kind', 'value'],
    ['no id', without(exposure(), 'id'), '/id', 'required'],
    ['an id that is no UUID', exposure({ id: '1' }), '/id', 'value'],
    ['no flag', without(exposure(), 'flag'), '/flag', 'required'],
    ['a flag of a number', exposure({ flag: 1 }), '/flag', 'type'],
    ['a flag too long', exposure({ flag: 'x'.repeat(129) }), '/flag', 'range'],
    ['no variant', without(exposure(), 'variant'), '/variant', 'required'],
    ['no count', without(exposure(), 'count'), '/count', 'required'],
    ['a count of 0', exposure({ count: 0 }), '/count', 'range'],
    ['a count that is too large', conversion({ count: 2 ** 53 }), '/count', 'range'],
    ['half a count', exposure({ count: 1.5 }), '/count', 'type'],
    ['no time', without(conversion(), 'time'), '/time', 'required'],
    ['a time of words', conversion({ time: 'yesterday' }), '/time', 'value'],
    ['an event on an exposure', exposure({ event: 'buy' }), '/event', 'unknown'],
    ['a flag on a conversion', conversion({ flag: 'a' }), '/flag', 'unknown'],
    ['no event', without(conversion(), 'event'), '/event', 'required'],
    ['an event without a name', conversion({ event: '' }), '/event', 'range'],
    ['an event too long', conversion({ event: 'x'.repeat(129) }), '/event', 'range'],
    ['a sum of words', conversion({ sum: '1' }), '/sum', 'type'],
    ['a user', exposure({ user_id: 'ann' }), '/user_id', 'unknown'],
  ])('refuses the whole batch for %s', async (_, event, path, code) => {
    const before = await keptBy(app);
    const told = await send([exposure(), event]);
    const message = expect.any(String) as string;
    const issues = [{ path: `/events/1${path}`, code, message }];
    expect(told.body).toEqual(problem('INVALID_BODY', 400, { issues }));
    expect([await usage(), await keptBy(app)]).toEqual([UNUSED, before]);
  });

  test('refuses a sum that no number holds', async () => {
    const text = JSON.stringify({ events: [conversion({ sum: 1 })] }).replace(
      '"sum":1',
      '"sum":1e400',
    );
    const headers = { 'content-type': 'application/json' };
    const { body } = await app.ask('/events', { method: 'POST', headers, text });
    expect(body).toMatchObject({ code: 'INVALID_BODY', issues: [{ path: '/events/0/sum' }] });
  });

  test.each([
    [
      '1,001 entries',
      { events: Array.from({ length: 1001 }, () => exposure()) },
      '/events',
      'range',
    ],
    ['no list', {}, '/events', 'required'],
    ['something beside the list', { events: [], user: 'ann' }, '/user', 'unknown'],
    ['half a million elements', { events: Array<number>(500_000).fill(0) }, '', 'range'],
    [
      'an entry of 80,000 fields',
      {
        events: [
          Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${String(n)}`, 0])),
        ],
      },
      '',
      'range',
    ],
  ])('refuses a batch with %s', async (_, body, path, code) => {
    const told = await app.post('/events', body);
    expect(told.body).toMatchObject({ code: 'INVALID_BODY', issues: [{ path, code }] });
  });

  test('is refused where there is no such environment, and from pages of other sites', async () => {
    expect((await send([exposure()], '?environment=moon')).body).toEqual(
      problem('ENVIRONMENT_NOT_FOUND', 404),
    );
    expect((await app.get('/events?environment=moon')).body).toEqual(
      problem('ENVIRONMENT_NOT_FOUND', 404),
    );
    const open = await testApp({ config: { corsOrigins: ['https://shop.example'] } });
    const foreign = await open.ask('/events', {
      method: 'POST',
      headers: { origin: 'https://shop.example' },
      body: { events: [] },
    });
    expect(foreign.body).toEqual(problem('FORBIDDEN_ORIGIN', 403));
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const plain = await app.ask('/events', { method: 'POST', text: '{"events":[]}' });
    expect(plain.body).toEqual(problem('UNSUPPORTED_MEDIA_TYPE', 415));
  });

  test('is no change: no version, no audit, no export', async () => {
    const before = await keptBy(app);
    await send([exposure(), conversion()]);
    expect(await keptBy(app)).toEqual(before);
  });

  test('is answered with 503 while the store takes nothing, and reading too', async () => {
    const gone = (): Promise<never> => Promise.reject(new Error('disk is full'));
    app = await testApp({ store: { ...memoryStore(), count: gone, tallies: gone } });
    const { body } = await send([exposure(), conversion()]);
    const detail = 'Nothing was counted: the store does not take it (disk is full).';
    expect(body).toEqual(problem('STORE_UNAVAILABLE', 503, { detail }));
    for (const path of ['/events', '/flags']) {
      expect((await app.get(path)).body).toEqual(problem('STORE_UNAVAILABLE', 503));
    }
  });

  test('is counted in the metrics by what became of it', async () => {
    const twice = exposure();
    await send([twice, twice, exposure({ flag: 'gone' }), conversion()]);
    const { text } = await app.get('/metrics');
    for (const [outcome, count] of [
      ['accepted', 2],
      ['duplicates', 1],
      ['unknown', 1],
    ]) {
      expect(text).toContain(
        `\nfeatureflags_events_total{outcome="${String(outcome)}"} ${String(count)}\n`,
      );
    }
  });
});

describe('what is counted goes', () => {
  beforeEach(async () => {
    await send([exposure(), conversion()]);
    await send([exposure(), conversion()], '?environment=staging');
  });

  test('with a flag that is deleted for good, not with one that is archived', async () => {
    await app.remove('/flags/a');
    expect(await usage()).toMatchObject({ lastEvaluated: NOW });
    await app.remove('/flags/a?permanent=true');
    await app.post('/flags/a');
    expect(await usage()).toEqual(UNUSED);
  });

  test('with an environment', async () => {
    await app.remove('/environments/staging');
    await app.post('/environments/staging');
    expect(await usage('a', '?environment=staging')).toEqual(UNUSED);
    expect((await app.get('/events?environment=staging')).body).toMatchObject({ conversions: {} });
    expect(await usage()).toMatchObject({ lastEvaluated: NOW });
  });
});
