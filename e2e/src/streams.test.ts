import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { openEvents, type Events } from './events.ts';
import { RUNTIMES } from './programs.ts';
import { startServer, until, within, type Server } from './server.ts';

const MANY = 200;

describe.each(RUNTIMES)('on %s', (launch) => {
  let server: Server;
  const streams: Events[] = [];

  beforeEach(async () => {
    const options = ['--storage', 'memory', '--stream-heartbeat', '1'];
    server = await startServer({ launch, options });
    await save('first', { enabled: true });
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await server.stop();
  });

  async function open(query = '', headers: Readonly<Record<string, string>> = {}): Promise<Events> {
    const stream = await openEvents(`${server.url}/stream${query}`, headers);
    streams.push(stream);
    return stream;
  }

  async function save(key: string, fields: object, query = ''): Promise<void> {
    await ok(`${server.url}/flags/${key}${query}`, 'POST', fields);
  }

  async function openStreams(): Promise<number> {
    const { text } = await ok(`${server.url}/metrics`);
    return Number(/^featureflags_open_streams (\d+)$/m.exec(text)?.[1]);
  }

  test('begins with the snapshot, the same that /snapshot has', async () => {
    const stream = await open();
    const snapshot = (await ok(`${server.url}/snapshot`)).body;
    const { event, id, data } = await stream.next();
    expect({ event, id, data }).toEqual({
      event: 'snapshot',
      id: expect.stringMatching(idEnd(snapshot['version'])) as unknown,
      data: snapshot,
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('cache-control')).toBe('no-store');
    expect(stream.headers.get('x-accel-buffering')).toBe('no');
  });

  test('tells each change once, with the version before and after', async () => {
    const stream = await open();
    const first = await stream.next();
    await save('second', { enabled: true, description: 'a "quoted"\nline' });
    await ok(`${server.url}/segments/beta`, 'POST', { include: ['u1'] });
    await ok(`${server.url}/flags/first?permanent=true`, 'DELETE');
    const [created, segment, deleted] = [
      await stream.next(),
      await stream.next(),
      await stream.next(),
    ];
    expect(created).toMatchObject({
      event: 'change',
      data: {
        environment: 'production',
        oldVersion: first.data?.['version'],
        flags: { second: { enabled: true } },
        segments: {},
      },
    });
    expect(created.id).toMatch(idEnd(created.data?.['version']));
    expect(segment.data).toMatchObject({
      oldVersion: created.data?.['version'],
      flags: {},
      segments: { beta: { include: ['u1'] } },
    });
    expect(deleted.data).toMatchObject({
      oldVersion: segment.data?.['version'],
      flags: { first: null },
    });
  });

  test('who applies the changes to the snapshot has what /snapshot has', async () => {
    const stream = await open();
    const { data: snapshot = {} } = await stream.next();
    const flags = { ...(snapshot['flags'] as object) } as Record<string, unknown>;
    for (let round = 0; round < 20; round += 1) {
      await save(`flag-${String(round % 7)}`, { enabled: round % 2 === 0 });
      const { data = {} } = await stream.next();
      Object.assign(flags, data['flags']);
    }
    expect(flags).toEqual((await ok(`${server.url}/snapshot`)).body['flags']);
  });

  test('a change that changes nothing served is not told', async () => {
    const stream = await open();
    await stream.next();
    await save('first', { description: 'only words' });
    await save('first', { enabled: false });
    expect(await stream.next()).toMatchObject({ data: { flags: { first: { enabled: false } } } });
  });

  test('Last-Event-ID: nothing is sent again, or the whole snapshot is', async () => {
    const stream = await open();
    const { id = '' } = await stream.next();
    const current = await open('', { 'last-event-id': id });
    expect(await current.next('comment')).toEqual({ comment: 'nothing was missed' });
    await save('first', { enabled: false });
    expect(await current.next()).toMatchObject({ event: 'change' });
    expect(current.blocks.filter(({ event }) => event === 'snapshot')).toEqual([]);
    for (const old of [id, '0', 'x', '-1', '99999']) {
      const late = await open('', { 'last-event-id': old });
      expect(await late.next()).toMatchObject({
        event: 'snapshot',
        data: { flags: { first: { enabled: false } } },
      });
    }
  });

  test('only its own environment', async () => {
    await ok(`${server.url}/environments/staging`, 'POST', {});
    const staging = await open('?environment=staging');
    const production = await open();
    await staging.next();
    await production.next();
    await save('first', { enabled: false });
    await save('first', { enabled: true }, '?environment=staging');
    const heard = await staging.next();
    expect(heard).toMatchObject({
      event: 'change',
      data: { environment: 'staging', flags: { first: { enabled: true } } },
    });
    expect(await production.next()).toMatchObject({ data: { environment: 'production' } });
    expect(production.blocks.filter(({ event }) => event === 'change')).toHaveLength(1);
    const { status, body } = await call(`${server.url}/stream?environment=gone`);
    expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'ENVIRONMENT_NOT_FOUND' });
  });

  test('the stream of an environment that is deleted ends', async () => {
    await ok(`${server.url}/environments/staging`, 'POST', {});
    const stream = await open('?environment=staging');
    await stream.next();
    await ok(`${server.url}/environments/staging`, 'DELETE');
    await within(stream.ended, 5000, 'the stream did not end');
    expect(stream.blocks.at(-1)).toMatchObject({ event: 'change' });
  });

  test('a quiet stream shows that it lives', async () => {
    const stream = await open();
    await stream.next();
    expect(await stream.next('comment')).toEqual({ comment: 'alive' });
    expect(await stream.next('comment')).toEqual({ comment: 'alive' });
  });

  test('the OFREP stream tells many changes at once', async () => {
    const stream = await openEvents(`${server.url}/ofrep/v1/stream`);
    streams.push(stream);
    expect(await stream.next('comment')).toEqual({ comment: 'open' });
    for (let round = 0; round < 10; round += 1) await save('first', { enabled: round % 2 === 1 });
    const { body } = await ok(`${server.url}/snapshot`);
    const tag = `production-${String(body['version'])}`;
    const last = await until(() => stream.blocks.find(({ id }) => id === tag), 'the last version');
    const seconds = expect.any(Number) as number;
    expect(last).toEqual({
      id: tag,
      data: { type: 'refetchEvaluation', etag: tag, lastModified: seconds },
    });
    expect(stream.blocks.filter(({ data }) => data !== undefined).length).toBeLessThan(10);
  });

  test(`${String(MANY)} streams at once all get a change and are freed when they leave`, async () => {
    const many = await Promise.all(Array.from({ length: MANY }, async () => open()));
    await Promise.all(many.map(async (stream) => stream.next()));
    expect(await openStreams()).toBe(MANY);
    await save('first', { enabled: false });
    const heard = await Promise.all(many.map(async (stream) => stream.next()));
    const [first] = heard;
    expect(first).toMatchObject({
      event: 'change',
      data: { flags: { first: { enabled: false } } },
    });
    expect(heard.every((each) => JSON.stringify(each) === JSON.stringify(first))).toBe(true);
    for (const stream of many) stream.close();
    await until(async () => ((await openStreams()) === 0 ? true : undefined), 'no open stream');
    // And the server goes on.
    await save('first', { enabled: true });
  });

  test('ends with a word on when to come back', async () => {
    const stream = await open();
    await stream.next();
    expect(await server.stop()).toBe(0);
    await stream.ended;
    expect(stream.blocks.at(-1)).toEqual({ retry: 2000 });
  });
});

/** An id names the run of the server, and ends with the version. */
function idEnd(version: unknown): RegExp {
  return new RegExp(`^[0-9a-f]{8}\\.${String(version)}$`);
}
