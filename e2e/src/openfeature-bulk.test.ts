import { beforeAll, expect, test } from 'vitest';

import { call, ok, type Answer } from './api.ts';
import { PROJECT } from './openfeature-flags.ts';
import { startServer, type Server } from './server.ts';

// The bulk call of OFREP on the wire: what its clients and the caches between may rely on.

let server: Server;
const CONTEXT = { context: { targetingKey: 'u1', country: 'US' } };

beforeAll(async () => {
  server = await startServer({ options: ['--storage', 'memory'] });
  await ok(`${server.url}/import`, 'POST', PROJECT);
});

async function all(headers: Record<string, string> = {}, query = ''): Promise<Answer> {
  return call(`${server.url}/ofrep/v1/evaluate/flags${query}`, 'POST', CONTEXT, headers);
}

test('answers every flag; one that fails is an item of its own', async () => {
  const { status, body } = await call(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', {});
  const flags = body['flags'] as { key: string; errorCode?: string }[];
  expect(status).toBe(200);
  expect(flags.map(({ key }) => key)).toEqual(expect.arrayContaining(Object.keys(PROJECT.flags)));
  expect(flags.filter(({ errorCode }) => errorCode !== undefined)).toEqual([
    {
      key: 'shared',
      errorCode: 'TARGETING_KEY_MISSING',
      errorDetails: expect.stringMatching(/./),
      metadata: {},
    },
  ]);
});

test('If-None-Match: its own tag, lists, weak tags, *', async () => {
  const first = await all();
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  for (const header of [etag, `W/${etag}`, `"x", ${etag}`, `"x",W/${etag} , "y"`, '*']) {
    const again = await all({ 'if-none-match': header });
    expect({ header, status: again.status, text: again.text }).toEqual({
      header,
      status: 304,
      text: '',
    });
    expect(again.headers.get('etag')).toBe(etag);
  }
  for (const header of ['"x"', etag.slice(1, -1), `"x${etag.slice(1)}`, '']) {
    expect((await all({ 'if-none-match': header })).status).toBe(200);
  }
});

test('the tag is that of the answer: another context has another', async () => {
  const mine = await all();
  const other = await call(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', {
    context: { targetingKey: 'u2', country: 'DE' },
  });
  expect(other.headers.get('etag')).not.toBe(mine.headers.get('etag'));
});

test('flagConfigEtag that differs always gets an answer', async () => {
  const etag = (await all()).headers.get('etag') ?? '';
  const { version } = (await ok(`${server.url}/flags`)).body;
  const same = `?flagConfigEtag=production-${String(version)}`;
  expect((await all({ 'if-none-match': etag }, same)).status).toBe(304);
  expect((await all({ 'if-none-match': etag }, '?flagConfigEtag=other')).status).toBe(200);
  expect((await all({ 'if-none-match': etag }, '?flagConfigLastModified=1')).status).toBe(304);
});

test('a change makes another tag, and only if it changes the answer', async () => {
  const before = await all();
  const etag = before.headers.get('etag') ?? '';
  await ok(`${server.url}/flags/banner`, 'POST', { enabled: false });
  const changed = await all({ 'if-none-match': etag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
  await ok(`${server.url}/flags/banner`, 'POST', { enabled: true });
  expect((await all({ 'if-none-match': etag })).status).toBe(304);
});

test('names the stream of its changes', async () => {
  const { body } = await all();
  expect(body['eventStreams']).toEqual([
    { type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream?environment=production' } },
  ]);
});

test('what is no context is refused as a whole', async () => {
  const url = `${server.url}/ofrep/v1/evaluate/flags`;
  for (const [body, errorCode] of [
    ['{', 'PARSE_ERROR'],
    ['"x"', 'PARSE_ERROR'],
    ['{"context":{"targetingKey":true}}', 'INVALID_CONTEXT'],
  ] as const) {
    const { status, body: got } = await call(url, 'POST', body);
    expect({ status, got }).toEqual({
      status: 400,
      got: { errorCode, errorDetails: expect.stringMatching(/./) },
    });
  }
});
