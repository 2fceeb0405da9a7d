import { describe, expect, test, vi } from 'vitest';

import { NOW, problem, testApp } from '../app.fixture.ts';
import { Problem } from '../errors.ts';
import { memoryStore } from '../stores/memory.ts';
import type { Watcher } from '../stores/store.ts';

test('GET /health', async () => {
  const { status, body } = await (await testApp()).get('/health');
  expect([status, body]).toEqual([200, { status: 'ok' }]);
});

describe('GET /ready', () => {
  test('says what is served', async () => {
    const { status, body } = await (await testApp()).get('/ready');
    expect([status, body]).toEqual([200, { status: 'ready', store: 'memory', version: 1 }]);
  });

  test('stays ready while the last good state is served', async () => {
    const watchers: Watcher[] = [];
    const store = { ...memoryStore(), watch: (watcher: Watcher) => void watchers.push(watcher) };
    const app = await testApp({ store });
    watchers[0]?.broken('flags.yml:3: what is this');
    const { status, body } = await app.get('/ready');
    const broken = 'flags.yml:3: what is this';
    const usual = { store: 'memory', version: 1 };
    expect([status, body]).toEqual([200, { status: 'degraded', ...usual, broken }]);
    expect((await app.get('/metrics')).text).toContain('\nfeatureflags_store_broken 1\n');
    watchers[0]?.broken(undefined);
    expect((await app.get('/ready')).body).toEqual({ status: 'ready', ...usual });
    expect(app.logged.map(({ level, event }) => `${level}: ${event}`)).toEqual([
      'error: store cannot be used, the last good state is served',
      'info: store is usable again',
    ]);
  });

  test('says why only to those whom it lets in', async () => {
    const watchers: Watcher[] = [];
    const store = { ...memoryStore(), watch: (watcher: Watcher) => void watchers.push(watcher) };
    const token = 'a-token-that-an-operator-has-set-';
    const app = await testApp({ store, config: { adminToken: token } });
    const broken = 'flags.yml:1: /flags/secret_project: unknown field';
    watchers[0]?.broken(broken);
    const told = { status: 'degraded', store: 'memory', version: 1 };
    for (const headers of [{}, { 'x-api-key': 'another' }]) {
      expect(await app.get('/ready', headers)).toMatchObject({ status: 200, body: told });
      expect((await app.get('/ready', headers)).text).not.toContain('secret_project');
    }
    expect((await app.get('/ready', { 'x-api-key': token })).body).toEqual({ ...told, broken });
  });

  test('says so after a write that failed, until one succeeds', async () => {
    const store = memoryStore();
    const app = await testApp({ store });
    const full = new Error('the disk is full');
    const usual = { store: 'memory', version: 1 };
    const commit = vi.spyOn(store, 'commit').mockRejectedValue(full);
    expect((await app.post('/flags/f')).body).toEqual(problem('STORE_UNAVAILABLE', 503));
    const degraded = { ...usual, status: 'degraded', unwritable: 'the disk is full' };
    expect((await app.get('/ready')).body).toEqual(degraded);
    // What writes nothing says nothing.
    expect((await app.post('/events', { events: [] })).status).toBe(202);
    expect((await app.get('/ready')).body).toEqual(degraded);
    const event = {
      id: crypto.randomUUID(),
      kind: 'conversion',
      event: 'buy',
      count: 1,
      time: NOW,
    };
    expect((await app.post('/events', { events: [event] })).status).toBe(202);
    expect((await app.get('/ready')).body).toEqual({ ...usual, status: 'ready' });
    vi.spyOn(store, 'count').mockRejectedValue(full);
    await app.post('/events', { events: [event] });
    expect((await app.get('/ready')).body).toEqual(degraded);
    commit.mockRestore();
    await app.post('/flags/f');
    expect((await app.get('/ready')).body).toEqual({ ...usual, version: 2, status: 'ready' });
  });

  test('says nothing of it where a change is only refused', async () => {
    const store = memoryStore();
    const app = await testApp({ store });
    for (const [code, status] of [
      ['FILE_INVALID', 409],
      ['STORE_UNAVAILABLE', 503],
    ] as const) {
      const headers = { 'retry-after': '1' };
      store.commit = () =>
        Promise.reject(new Problem(code, 'flags.yml is being written', { headers }));
      expect((await app.post('/flags/f')).status).toBe(status);
      expect((await app.get('/ready')).body).toMatchObject({ status: 'ready' });
    }
  });

  test('is not ready while it stops', async () => {
    const app = await testApp();
    app.services.health.isStopping = true;
    expect((await app.get('/ready')).body).toEqual(problem('SHUTTING_DOWN', 503));
    expect((await app.get('/health')).status).toBe(200);
  });

  test.each([[new Error('disk is gone')], ['disk is gone']])(
    'needs its store: %s',
    async (error) => {
      const check = (): Promise<never> => {
        throw error as Error;
      };
      const app = await testApp({ store: { ...memoryStore(), check } });
      const { body } = await app.get('/ready');
      const detail = 'The store does not answer (disk is gone).';
      expect(body).toEqual(problem('STORE_UNAVAILABLE', 503, { detail }));
    },
  );
});

describe('GET /metrics', () => {
  test('is text of Prometheus', async () => {
    const app = await testApp();
    await app.get('/health');
    const { headers, text } = await app.get('/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const line = /^(?:# (?:HELP|TYPE) .+|[a-z_]+(?:\{(?:[a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+)$/;
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((each) => !line.test(each)),
    ).toEqual([]);
    const labels = 'method="GET",route="/health",status="200"';
    const name = 'featureflags_http_request_duration_seconds';
    expect(text).toContain(`\n${name}_count{${labels}} 1\n`);
    expect(text).toContain(`\n${name}_bucket{${labels},le="+Inf"} 1\n`);
    expect(text).toContain('\nfeatureflags_snapshot_version{environment="production"} 1\n');
  });

  test('stays small, whatever clients ask for', async () => {
    const app = await testApp();
    const keys = Array.from({ length: 1500 }, (_, index) => `flag-${String(index)}`);
    await app.seed({ flags: Object.fromEntries(keys.map((key) => [key, { enabled: true }])) });
    for (const key of keys) await app.get(`/evaluate?flag=${key}`);
    for (let index = 0; index < 10_000; index += 1) {
      await app.get(`/evaluate?flag=unknown-${String(index)}`);
    }
    for (let index = 0; index < 100; index += 1) {
      await app.get(`/nothing/${String(index)}`);
      await app.get(`/flags/nothing-${String(index)}`);
      await app.ask('/flags', { method: `M${String(index)}` });
    }
    const lines = (await app.get('/metrics')).text.split('\n');
    const flags = lines.filter((line) => line.startsWith('featureflags_evaluations_total'));
    expect(flags.length).toBeLessThanOrEqual(1002);
    const total = flags.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
    expect(total).toBe(11_500);
    expect(flags).toContain('featureflags_evaluations_total{flag="_other",reason="STATIC"} 500');
    const unknown = 'featureflags_evaluations_total{flag="_unknown",reason="ERROR"} 10000';
    expect(lines.filter((line) => line.includes('"_unknown"'))).toEqual([unknown]);
    expect(lines.filter((line) => line.includes('_count{')).length).toBeLessThan(10);
    expect(lines.length).toBeLessThan(1300);
  });
});

test('what others change in the store is served', async () => {
  const watchers: Watcher[] = [];
  const store = { ...memoryStore(), watch: (watcher: Watcher) => void watchers.push(watcher) };
  const [app, other] = [await testApp({ store }), await testApp({ store })];
  await other.post('/flags/f', { enabled: true });
  expect((await app.get('/flags/f')).status).toBe(404);
  watchers[0]?.changed();
  await app.services.changes.settled();
  expect((await app.get('/flags/f')).body).toMatchObject({ enabled: true, version: 2 });
  expect(app.logged).toEqual([{ level: 'info', event: 'flags changed elsewhere', fields: {} }]);
});

test('what others made of the store and cannot be read is told, and not served', async () => {
  const watchers: Watcher[] = [];
  const store = { ...memoryStore(), watch: (watcher: Watcher) => void watchers.push(watcher) };
  const app = await testApp({ store });
  store.load = () => Promise.reject(new Error('disk is gone'));
  watchers[0]?.changed();
  await app.services.changes.settled();
  expect(app.logged).toMatchObject([{ level: 'error', fields: { message: /disk is gone/ } }]);
  expect((await app.get('/flags')).status).toBe(200);
});
