import { beforeAll, describe, expect, test } from 'vitest';

import { problem, testApp, type Ask, type TestApp } from '../app.fixture.ts';
import { ROUTES } from './routes.ts';

const TOKEN = 'ff_admin_0123456789abcdefghijklmnopqrstuvwxyz';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const CHALLENGE = 'Bearer realm="featureflags"';
const PUBLIC = ['GET /health', 'GET /openapi.json', 'GET /ready'];

/** The server asks for a token on loopback too. */
let app: TestApp;
beforeAll(async () => {
  app = await testApp({
    config: { adminToken: TOKEN, corsOrigins: ['https://site.example'], logRequests: 'all' },
  });
});

async function outcome(path: string, ask: Ask = {}): Promise<unknown> {
  const response = await app.request(path, ask);
  const challenge = response.headers.get('www-authenticate');
  if (response.status === 401) {
    const { code } = (await response.json()) as { code: string };
    return [401, code, challenge];
  }
  await response.body?.cancel();
  return response.status;
}

const missing = [401, 'TOKEN_MISSING', CHALLENGE];
const invalid = [401, 'TOKEN_INVALID', CHALLENGE];

describe('every call needs the token', () => {
  const calls = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

  test.each(calls.filter((each) => !PUBLIC.includes(each)))('%s', async (call) => {
    const [method = '', path = ''] = call.replace('{key}', 'x').split(' ');
    expect(await outcome(path, { method })).toEqual(missing);
    const wrong = { authorization: `Bearer ${TOKEN}x` };
    expect(await outcome(path, { method, headers: wrong })).toEqual(invalid);
    for (const headers of [BEARER, { 'X-API-Key': TOKEN }]) {
      const got = await outcome(path, { method, headers });
      expect([got, typeof got]).toEqual([got, 'number']);
    }
  });

  test.each(PUBLIC)('%s does not', async (call) => {
    const path = call.replace('GET ', '');
    expect(await outcome(path)).toBe(200);
    expect(await outcome(path, { headers: { authorization: 'Bearer wrong' } })).toBe(200);
    expect(await outcome(path, { headers: { host: 'flags.example' } })).toBe(200);
    expect((await app.ask(path, { method: 'HEAD' })).status).toBe(200);
  });
});

test('what is refused is a problem that says what to send', async () => {
  const { status, body, headers } = await app.get('/flags');
  const detail = expect.stringContaining('Authorization: Bearer TOKEN') as string;
  expect([status, body]).toEqual([401, problem('TOKEN_MISSING', 401, { detail })]);
  expect(headers.get('content-type')).toBe('application/problem+json');
  const wrong = await app.get('/flags', { 'x-api-key': 'wrong-secret' });
  expect(wrong.body).toEqual(problem('TOKEN_INVALID', 401));
  expect(wrong.text).not.toContain('wrong-secret');
  expect(JSON.stringify(app.logged)).not.toMatch(/wrong-secret|ff_admin/);
});

describe('nothing leads past it', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '//flags'],
    ['GET', '/flags/'],
    ['GET', '/FLAGS'],
    ['GET', '/%66lags'],
    ['GET', '/flags%2Fx'],
    ['GET', '/health/../flags'],
    ['GET', '/health/%2e%2e/flags'],
    ['GET', '/health/x'],
    ['GET', '/%2568ealth'],
    ['GET', '/flags?/health'],
    ['GET', '/flags#/health'],
    ['GET', `/flags?token=${TOKEN}`],
    ['GET', `/flags?access_token=${TOKEN}`],
    ['GET', `/evaluate?flag=f&authorization=Bearer%20${TOKEN}`],
    ['GET', `/stream?token=${TOKEN}`],
    ['GET', `/ofrep/v1/stream?access_token=${TOKEN}`],
    ['PUT', '/flags'],
    ['OPTIONS', '/flags'],
    ['PUT', '/health'],
    ['POST', '/ready'],
    ['OPTIONS', '/health'],
    ['PROPFIND', '/flags'],
  ])('%s %s', async (method, path) => {
    expect(await outcome(path, { method })).toEqual(missing);
  });

  test('HEAD is asked as GET is', async () => {
    for (const path of ['/flags', '/snapshot', '/stream', '/nothing']) {
      const { status, headers } = await app.ask(path, { method: 'HEAD' });
      expect([status, headers.get('www-authenticate')]).toEqual([401, CHALLENGE]);
    }
  });

  test('a body is not read first', async () => {
    const text = '{"flag": '.repeat(1000);
    const headers = { 'content-type': 'application/json' };
    expect(await outcome('/evaluate', { method: 'POST', headers, text })).toEqual(missing);
  });

  test('with the token, what is not there is not there', async () => {
    expect(await outcome('/nothing', { headers: BEARER })).toBe(404);
    expect(await outcome('/flags', { method: 'PUT', headers: BEARER })).toBe(405);
  });
});

describe('with the token', () => {
  test('the audit has who changed something, also if they do not say', async () => {
    await app.post('/flags/a', {}, BEARER);
    await app.post('/flags/b', {}, { ...BEARER, 'ff-actor': 'Ada' });
    const { body } = await app.get('/audit?limit=2', BEARER);
    const { entries } = body as { entries: readonly { actor: string }[] };
    expect(entries.map(({ actor }) => actor)).toEqual(['Ada', 'admin-token']);
  });

  test('any Host is answered: a proxy on this machine passes on its own', async () => {
    expect(await outcome('/flags', { headers: { ...BEARER, host: 'flags.example' } })).toBe(200);
    expect(await outcome('/flags', { headers: { host: 'flags.example' } })).toEqual(missing);
  });

  test('pages of other sites change nothing all the same', async () => {
    const headers = { ...BEARER, 'sec-fetch-site': 'cross-site' };
    const { body } = await app.post('/flags/c', {}, headers);
    expect(body).toEqual(problem('FORBIDDEN_ORIGIN', 403));
  });

  test('a stream is open once it was let in', async () => {
    const { status, headers, body } = await app.request('/stream', { headers: BEARER });
    expect([status, headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    await body?.cancel();
  });
});

describe('pages of a site that may evaluate', () => {
  const origin = 'https://site.example';

  test('ask first without the token, as browsers do', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };
    const told = await app.ask('/ofrep/v1/evaluate/flags', { method: 'OPTIONS', headers });
    expect([told.status, told.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(told.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  test('can read why they were refused', async () => {
    const { status, headers } = await app.post('/ofrep/v1/evaluate/flags', {}, { origin });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, origin]);
    const told = await app.post('/ofrep/v1/evaluate/flags', {}, { origin, ...BEARER });
    expect(told.status).toBe(200);
  });
});

test('/openapi.json says which calls need it, and how it is sent', async () => {
  const { body } = await app.get('/openapi.json');
  const { security, components, paths } = body as {
    security: unknown;
    components: { securitySchemes: Record<string, unknown> };
    paths: Record<string, Record<string, { security?: unknown; responses: object }>>;
  };
  expect(security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  expect(Object.keys(components.securitySchemes)).toEqual(['bearer', 'apiKey']);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, each] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const isPublic = PUBLIC.includes(name);
      expect([name, each.security]).toEqual([name, isPublic ? [] : undefined]);
      expect([name, '401' in each.responses]).toEqual([name, !isPublic]);
    }
  }
});
