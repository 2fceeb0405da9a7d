import { beforeEach, describe, expect, test } from 'vitest';

import { NOW, problem, testApp, type TestApp } from '../app.fixture.ts';
import { memoryStore } from '../stores/memory.ts';
import type { Contents } from '../stores/store.ts';

const DAY = 24 * 60 * 60 * 1000;

function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * DAY).toISOString();
}

let app: TestApp;

/** A server whose flags are of some days ago, by their keys. */
beforeEach(async () => {
  const store = memoryStore();
  const maker = await testApp({ store });
  await maker.seed({
    environments: ['production', 'staging'],
    flags: { used: {}, idle: {}, never: {}, fresh: {}, old: { archived: true } },
  });
  const ages: Readonly<Record<string, number>> = {
    used: 90,
    idle: 90,
    never: 90,
    fresh: 2,
    old: 90,
  };
  const load = async (): Promise<Contents> => {
    const { version, items } = await store.load();
    const aged = items.map((item) => ({ ...item, createdAt: daysAgo(ages[item.key] ?? 0) }));
    return { version, items: aged };
  };
  app = await testApp({ store: { ...store, load } });
  const count = { kind: 'exposure', variant: 'on', count: 1 } as const;
  await store.count('production', [{ ...count, flag: 'used', last: daysAgo(1) }], NOW);
  await store.count('production', [{ ...count, flag: 'idle', last: daysAgo(31) }], NOW);
});

async function keys(query: string): Promise<string[]> {
  const { status, body } = await app.get(`/flags${query}`);
  expect(status).toBe(200);
  return (body as { flags: { key: string }[] }).flags.map(({ key }) => key);
}

describe('GET /flags', () => {
  test('says when each flag was last evaluated, and not how often', async () => {
    const { body } = await app.get('/flags');
    const { flags } = body as { flags: Record<string, unknown>[] };
    expect(flags.map(({ key, lastEvaluated }) => [key, lastEvaluated])).toEqual([
      ['used', daysAgo(1)],
      ['idle', daysAgo(31)],
      ['never', null],
      ['fresh', null],
    ]);
    expect(flags.some((flag) => 'evaluations' in flag)).toBe(false);
  });

  test.each([
    ['30d', ['idle', 'never']],
    ['4w', ['idle', 'never']],
    ['32d', ['never']],
    ['36h', ['idle', 'never', 'fresh']],
    ['1440m', ['idle', 'never', 'fresh']],
    ['86399s', ['used', 'idle', 'never', 'fresh']],
    ['91d', []],
    ['999999w', []],
  ])('unused=%s', async (time, expected) => {
    expect(await keys(`?unused=${time}`)).toEqual(expected);
  });

  test('goes with the other filters, and is about one environment', async () => {
    expect(await keys('?unused=30d&q=never')).toEqual(['never']);
    expect(await keys('?unused=30d&archived=true')).toEqual(['old']);
    expect(await keys('?unused=30d&environment=staging')).toEqual(['used', 'idle', 'never']);
  });

  test.each(['', '30', 'd', '1.5d', '-1d', '30 d', '30D', '1y', '1234567d', '١d'])(
    'refuses unused=%j',
    async (unused) => {
      const { body } = await app.get(`/flags?unused=${encodeURIComponent(unused)}`);
      const got = JSON.stringify(unused);
      const message = `expected a time such as 30d, 12h or 2w, got ${got}`;
      const issues = [{ path: '/unused', code: 'value', message }];
      expect(body).toEqual(problem('INVALID_QUERY', 400, { detail: `unused: ${message}`, issues }));
    },
  );
});
