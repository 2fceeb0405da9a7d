import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { NOW, testApp, type TestApp } from './app.fixture.ts';
import { memoryStore } from './stores/memory.ts';
import type { Store, Tallies } from './stores/store.ts';

let store: Store;
let app: TestApp;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  store = memoryStore();
  app = await testApp({ store });
  await app.seed({
    environments: ['production', 'staging'],
    flags: {
      a: { enabled: true },
      b: { enabled: true, requires: [{ flag: 'a', variants: ['off'] }] },
      split: { enabled: true, default: { split: [{ variant: 'on', weight: 1 }] } },
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function stored(environment = 'production'): Promise<Tallies['flags']> {
  return (await store.tallies(environment)).flags;
}

async function evaluations(key = 'a', query = ''): Promise<unknown> {
  const { body } = await app.get(`/flags/${key}${query}`);
  return (body as Record<string, unknown>)['evaluations'];
}

const ONE = { count: 1, last: NOW };

describe('what the server evaluates', () => {
  test.each([
    ['GET /evaluate', () => app.get('/evaluate?flag=a')],
    ['POST /evaluate', () => app.post('/evaluate', { flag: 'a' })],
    ['OFREP', () => app.post('/ofrep/v1/evaluate/flags/a', { context: {} })],
  ])('%s is counted', async (_, ask) => {
    expect((await ask()).status).toBe(200);
    expect(await evaluations()).toEqual({ on: ONE });
    expect(await evaluations('a', '?environment=staging')).toEqual({});
  });

  test('OFREP for all flags counts each that has a value', async () => {
    await app.post('/ofrep/v1/evaluate/flags?environment=staging', { context: {} });
    await app.post('/ofrep/v1/evaluate/flags', { context: {} });
    await app.post('/ofrep/v1/evaluate/flags', { context: { targetingKey: 'ann' } });
    expect(await evaluations()).toEqual({ on: { count: 2, last: NOW } });
    // Who is required is looked at, not asked for.
    expect(await evaluations('b')).toEqual({ off: { count: 2, last: NOW } });
    expect(await evaluations('split')).toEqual({ on: ONE });
  });

  test('who looks why does not count, nor does who gets nothing', async () => {
    await app.get('/evaluate?flag=a&explain=true');
    await app.post('/evaluate', { flag: 'a', explain: true });
    await app.get('/evaluate?flag=gone');
    await app.get('/evaluate?flag=split');
    await app.services.usage.store();
    expect(await stored()).toEqual(new Map());
  });

  test('is stored every 10 seconds, and added to what is there', async () => {
    await app.get('/evaluate?flag=a');
    vi.advanceTimersByTime(9999);
    expect(await stored()).toEqual(new Map());
    vi.advanceTimersByTime(1);
    expect(await evaluations()).toEqual({ on: ONE });
    expect(await stored()).toEqual(new Map([['a', new Map([['on', ONE]])]]));
    await app.get('/evaluate?flag=a');
    expect(await evaluations()).toEqual({ on: { count: 2, last: NOW } });
    expect(await stored()).toEqual(new Map([['a', new Map([['on', ONE]])]]));
  });

  test('is stored when the server stops', async () => {
    await app.get('/evaluate?flag=a');
    await app.close();
    expect(await stored()).toEqual(new Map([['a', new Map([['on', ONE]])]]));
  });

  test('nothing evaluated is nothing written', async () => {
    const count = vi.spyOn(store, 'count');
    vi.advanceTimersByTime(60_000);
    await app.close();
    expect(count).not.toHaveBeenCalled();
  });

  test('of a flag that is gone is dropped', async () => {
    await app.get('/evaluate?flag=b');
    await app.remove('/flags/b?permanent=true');
    await app.services.usage.store();
    await app.post('/flags/b');
    expect(await evaluations('b')).toEqual({});
  });

  test('is not taken for what has its name next', async () => {
    await app.get('/evaluate?flag=b');
    await app.remove('/flags/b?permanent=true');
    await app.post('/flags/b');
    expect(await evaluations('b')).toEqual({});
    await app.get('/evaluate?flag=a&environment=staging');
    await app.remove('/environments/staging');
    await app.post('/environments/staging');
    expect(await evaluations('a', '?environment=staging')).toEqual({});
  });

  test('of a flag that is archived stays', async () => {
    await app.get('/evaluate?flag=b');
    await app.remove('/flags/b');
    expect(await evaluations('b')).toEqual({ off: ONE });
  });

  test('waits for a store that fails, which is told once and once when it is over', async () => {
    const count = vi.spyOn(store, 'count').mockRejectedValue(new Error('disk is full'));
    for (const wait of [0, 1, 2]) {
      expect((await app.get('/evaluate?flag=a')).status).toBe(200);
      await app.services.usage.store();
      expect(await evaluations()).toEqual({ on: { count: wait + 1, last: NOW } });
    }
    count.mockRestore();
    await app.get('/evaluate?flag=a');
    await app.services.usage.store();
    expect(await stored()).toEqual(new Map([['a', new Map([['on', { count: 4, last: NOW }]])]]));
    const message =
      'disk is full. They wait in memory until it can; a server that stops before loses them.';
    expect(app.logged).toEqual([
      { level: 'warn', event: 'evaluations cannot be stored', fields: { message } },
      { level: 'info', event: 'evaluations are stored again', fields: {} },
    ]);
  });

  test('is shown also while it is being stored', async () => {
    const held = Promise.withResolvers<void>();
    const count = store.count.bind(store);
    vi.spyOn(store, 'count').mockImplementation(async (...all) => {
      await held.promise;
      return count(...all);
    });
    await app.get('/evaluate?flag=a');
    const storing = app.services.usage.store();
    const shown = evaluations();
    held.resolve();
    await storing;
    expect(await shown).toEqual({ on: ONE });
  });
});
