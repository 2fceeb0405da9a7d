import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { NOW, problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
  await app.post('/flags/f', { enabled: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

/** What has been written to a stream, event by event. */
interface Listener {
  readonly response: Response;
  /** The next text that is there; undefined at the end. */
  readonly next: () => Promise<string | undefined>;
  readonly leave: () => Promise<void>;
}

async function listen(path: string, headers: Record<string, string> = {}): Promise<Listener> {
  const response = await app.request(path, { headers });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  return {
    response,
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : decoder.decode(value);
    },
    leave: () => reader.cancel(),
  };
}

function event(text: string | undefined): unknown {
  const [, name, id = '', data = ''] =
    /^(?:event: (.+)\n)?id: (.*)\ndata: (.*)\n\n$/.exec(text ?? '') ?? [];
  return { name, id, data: JSON.parse(data) as unknown };
}

describe('GET /snapshot', () => {
  test('is all that an SDK needs, and is not sent twice', async () => {
    const { status, headers, body } = await app.get('/snapshot');
    const etag = headers.get('etag') ?? '';
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(body).toEqual({
      schema: 1,
      environment: 'production',
      version: 2,
      flags: { f: expect.objectContaining({ enabled: true, default: { variant: 'on' } }) as never },
      segments: {},
    });
    for (const header of [etag, `"x", W/${etag}`, '*']) {
      const again = await app.get('/snapshot', { 'if-none-match': header });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    await app.post('/flags/f', { enabled: false });
    const changed = await app.get('/snapshot', { 'if-none-match': etag });
    expect([changed.status, (changed.body as { version: number }).version]).toEqual([200, 3]);
  });

  test.each([
    ['gzip', 'gzip'],
    ['br, GZIP;q=0.5', 'gzip'],
    ['gzip;q=0', null],
    ['gzip;q=0.0, br', null],
    ['br', null],
    ['x-gzipped', null],
  ])('with accept-encoding: %s', async (accepted, encoding) => {
    const plain = await app.get('/snapshot');
    const headers = { 'accept-encoding': accepted };
    const response = await app.request('/snapshot', { headers });
    const etag = response.headers.get('etag') ?? '';
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(etag === plain.headers.get('etag')).toBe(encoding === null);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(encoding === null ? bytes : gunzipSync(bytes));
    expect(text).toBe(plain.text);
    const again = await app.get('/snapshot', { ...headers, 'if-none-match': etag });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
  });

  test.each(['/snapshot', '/stream', '/ofrep/v1/stream'])('%s of no environment', async (path) => {
    const { body } = await app.get(`${path}?environment=nope`);
    expect(body).toEqual(problem('ENVIRONMENT_NOT_FOUND', 404));
  });
});

/** The run of the server, and the version. */
function idOf(version: number): string {
  return expect.stringMatching(new RegExp(`^[0-9a-f]{8}\\.${String(version)}$`)) as string;
}

describe('GET /stream', () => {
  test('begins with the snapshot and tells of each change', async () => {
    const { response, next } = await listen('/stream');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { body } = await app.get('/snapshot');
    expect(event(await next())).toEqual({ name: 'snapshot', id: idOf(2), data: body });

    await app.post('/flags/f', { enabled: false });
    await app.post('/segments/s', { include: ['ann'] });
    await app.remove('/flags/f');
    const change = (oldVersion: number, changed: object): unknown => ({
      name: 'change',
      id: idOf(oldVersion + 1),
      data: {
        environment: 'production',
        oldVersion,
        version: oldVersion + 1,
        flags: {},
        segments: {},
        ...changed,
      },
    });
    const f = expect.objectContaining({ enabled: false }) as never;
    expect(event(await next())).toEqual(change(2, { flags: { f } }));
    expect(event(await next())).toEqual(change(3, { segments: { s: { include: ['ann'] } } }));
    expect(event(await next())).toEqual(change(4, { flags: { f: null } }));
  });

  test('is quiet about what changes nothing, and about other environments', async () => {
    await app.post('/environments/staging');
    const { next } = await listen('/stream');
    await next();
    await app.post('/flags/f', { description: 'words only' });
    await app.post('/flags/f?environment=staging', { enabled: true });
    await app.post('/flags/g');
    expect(event(await next())).toMatchObject({
      id: idOf(6),
      data: { oldVersion: 2, version: 6 },
    });
  });

  test('goes on where the client was', async () => {
    const first = await listen('/stream');
    const { id } = event(await first.next()) as { id: string };
    const current = await listen('/stream', { 'last-event-id': id });
    expect(await current.next()).toBe(': nothing was missed\n\n');
    // The version alone could be that of another server's data.
    for (const other of ['1', '2', id.replace('.2', '.1'), 'ffffffff.2']) {
      const old = await listen('/stream', { 'last-event-id': other });
      expect(event(await old.next())).toMatchObject({ name: 'snapshot', id });
    }
  });

  test('shows signs of life', async () => {
    const { next } = await listen('/stream');
    await next();
    app.services.streams.beat();
    expect(await next()).toBe(': alive\n\n');
  });

  test('ends with its environment', async () => {
    await app.post('/environments/staging');
    const { next } = await listen('/stream?environment=staging');
    await next();
    await app.remove('/environments/staging');
    expect(event(await next())).toMatchObject({
      name: 'change',
      id: idOf(0),
      data: { environment: 'staging', oldVersion: 3, flags: { f: null } },
    });
    expect(await next()).toBeUndefined();
  });

  test('ends with the server, which says when to come back', async () => {
    const { next } = await listen('/stream');
    await next();
    app.services.health.isStopping = true;
    app.services.streams.drain();
    expect([await next(), await next()]).toEqual(['retry: 2000\n\n', undefined]);
    expect((await app.get('/stream')).body).toEqual(problem('SHUTTING_DOWN', 503));
    expect((await app.get('/ofrep/v1/stream')).body).toEqual(problem('SHUTTING_DOWN', 503));
  });

  test('is forgotten when the client goes', async () => {
    const [first, second] = [await listen('/stream'), await listen('/ofrep/v1/stream')];
    expect(app.services.streams.size).toBe(2);
    expect((await app.get('/metrics')).text).toContain('\nfeatureflags_open_streams 2\n');
    await first.leave();
    await second.leave();
    expect(app.services.streams.size).toBe(0);
  });

  test('is not opened for HEAD, which nobody reads', async () => {
    for (const path of ['/stream', '/ofrep/v1/stream']) {
      const { status, headers, text } = await app.ask(path, { method: 'HEAD' });
      const type = headers.get('content-type');
      expect([status, type, text]).toEqual([200, 'text/event-stream; charset=utf-8', '']);
    }
    expect(app.services.streams.size).toBe(0);
  });

  test('lets a client go that does not read', async () => {
    const { next } = await listen('/stream');
    const large = { metadata: { text: 'x'.repeat(300_000) } };
    await app.post('/flags/f', large);
    expect(app.services.streams.size).toBe(1);
    for (const owner of ['a', 'b', 'c', 'd']) await app.post('/flags/f', { ...large, owner });
    expect(app.services.streams.size).toBe(0);
    // What waited is given up, not sent.
    const rest = async (): Promise<void> => {
      while ((await next()) !== undefined);
    };
    await expect(rest()).rejects.toThrow('does not read');
  });
});

describe('GET /ofrep/v1/stream', () => {
  test('tells of several changes in a row once', async () => {
    const { next } = await listen('/ofrep/v1/stream');
    expect(await next()).toBe(': open\n\n');
    vi.useFakeTimers();
    await app.post('/flags/f', { enabled: false });
    await app.post('/flags/f', { enabled: true });
    await app.post('/flags/f', { enabled: false });
    vi.advanceTimersByTime(100);
    const etag = 'production-5';
    const lastModified = Date.parse(NOW) / 1000;
    expect(event(await next())).toEqual({
      name: undefined,
      id: etag,
      data: { type: 'refetchEvaluation', etag, lastModified },
    });
    await app.post('/flags/f', { enabled: true });
    vi.advanceTimersByTime(100);
    expect(event(await next())).toMatchObject({ id: 'production-6' });
  });

  test('tells of what waits before it ends', async () => {
    const { next } = await listen('/ofrep/v1/stream');
    await next();
    vi.useFakeTimers();
    await app.post('/flags/f', { enabled: false });
    app.services.streams.drain();
    expect(event(await next())).toMatchObject({ id: 'production-3' });
    expect([await next(), await next()]).toEqual(['retry: 2000\n\n', undefined]);
    vi.advanceTimersByTime(100);
  });
});

test('streams are kept alive by a heartbeat', async () => {
  vi.useFakeTimers();
  const own = await testApp({ config: { streamHeartbeat: 15 } });
  const response = await own.request('/ofrep/v1/stream');
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  vi.advanceTimersByTime(15_000);
  expect(new TextDecoder().decode((await reader.read()).value)).toBe(': alive\n\n');
  await own.close();
});
