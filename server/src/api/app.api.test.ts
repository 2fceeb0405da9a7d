import { describe, expect, test } from 'vitest';

import { problem, testApp } from '../app.fixture.ts';
import { memoryStore } from '../stores/memory.ts';

describe('methods and addresses', () => {
  test.each([
    ['PUT', '/flags', 'GET, HEAD'],
    ['OPTIONS', '/flags', 'GET, HEAD'],
    ['DELETE', '/flags', 'GET, HEAD'],
    ['PATCH', '/flags/f', 'GET, HEAD, POST, DELETE'],
    ['GET', '/import', 'POST'],
    ['HEAD', '/import', 'POST'],
    ['POST', '/stream', 'GET, HEAD'],
    ['PUT', '/evaluate', 'GET, HEAD, POST'],
    ['GET', '/ofrep/v1/evaluate/flags', 'POST'],
  ])('%s %s', async (method, path, allow) => {
    const { status, headers, body } = await (await testApp()).ask(path, { method });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
    const told = problem('METHOD_NOT_ALLOWED', 405);
    expect(body).toEqual(method === 'HEAD' ? undefined : told);
  });

  test.each(['/nothing', '/flags/', '/flags/a/b', '//flags', '/FLAGS', '/%2e%2e/flags/..'])(
    '%s is nothing',
    async (path) => {
      const app = await testApp();
      const { body } = await app.get(path);
      expect(body).toEqual(problem('ROUTE_NOT_FOUND', 404));
    },
  );

  test('HEAD is GET without the body', async () => {
    const app = await testApp();
    await app.post('/flags/f');
    for (const path of ['/flags', '/flags/f', '/evaluate?flag=f', '/health', '/openapi.json']) {
      const [head, get] = [await app.ask(path, { method: 'HEAD' }), await app.get(path)];
      const etag = get.headers.get('etag');
      expect([head.status, head.headers.get('etag'), head.text]).toEqual([200, etag, '']);
    }
  });

  test('calls without parameters refuse them', async () => {
    const app = await testApp();
    expect((await app.get('/health?x=1')).body).toMatchObject({
      code: 'INVALID_QUERY',
      detail: 'GET /health takes no parameters, got "x".',
    });
  });
});

describe('CORS', () => {
  const site = 'https://example.com';
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: site, 'access-control-request-method': 'POST' },
  };
  const allowed = (headers: Headers): string | null => headers.get('access-control-allow-origin');

  test('is off unless it is asked for', async () => {
    const app = await testApp();
    const { status, headers } = await app.get('/evaluate?flag=f', { origin: site });
    expect([status, allowed(headers)]).toEqual([404, null]);
    const asked = await app.ask('/evaluate', preflight);
    expect([asked.status, allowed(asked.headers)]).toEqual([405, null]);
  });

  test.each([
    [[site], site, site],
    [['https://other.example', site], site, site],
    [['*'], site, '*'],
    [['https://other.example'], site, null],
  ])('%j: %s is told %s', async (corsOrigins, origin, expected) => {
    const app = await testApp({ config: { corsOrigins } });
    await app.post('/flags/f');
    for (const path of [
      '/evaluate?flag=f',
      '/evaluate?flag=nope',
      '/ofrep/v1/stream?environment=x',
    ]) {
      const { headers } = await app.get(path, { origin });
      expect([path, allowed(headers)]).toEqual([path, expected]);
    }
    const ofrep = await app.post('/ofrep/v1/evaluate/flags', {}, { origin });
    expect([ofrep.status, allowed(ofrep.headers)]).toEqual([200, expected]);
    for (const path of ['/evaluate', '/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags/f']) {
      const { status, headers } = await app.ask(path, {
        ...preflight,
        headers: { ...preflight.headers, origin },
      });
      expect([path, status, allowed(headers)]).toEqual([path, 204, expected]);
      expect(headers.get('access-control-allow-methods')).toBe('GET,POST');
    }
  });

  test('opens nothing but evaluation', async () => {
    const app = await testApp({ config: { corsOrigins: ['*'] } });
    for (const path of ['/flags', '/snapshot', '/export', '/audit', '/openapi.json']) {
      expect(allowed((await app.get(path, { origin: site })).headers)).toBeNull();
      expect(allowed((await app.ask(path, preflight)).headers)).toBeNull();
    }
  });
});

describe('who may ask', () => {
  test('only loopback names reach a server on loopback', async () => {
    const app = await testApp();
    const foreign = await app.get('/flags', { host: 'rebound.example:8080' });
    expect(foreign.body).toEqual(problem('FORBIDDEN_HOST', 403));
    expect((await app.get('/flags', { host: 'localhost:8080' })).status).toBe(200);
    const elsewhere = await testApp({ config: { host: '0.0.0.0' } });
    expect((await elsewhere.get('/flags', { host: 'flags.example' })).status).toBe(200);
  });

  test.each([
    ['POST', '/flags/f'],
    ['DELETE', '/flags/f'],
    ['POST', '/segments/s'],
    ['DELETE', '/segments/s'],
    ['POST', '/environments/e'],
    ['DELETE', '/environments/e'],
    ['POST', '/import'],
  ])('pages of other sites cannot %s %s', async (method, path) => {
    const app = await testApp();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ]) {
      const { body } = await app.ask(path, { method, headers, body: {} });
      expect(body).toEqual(problem('FORBIDDEN_ORIGIN', 403));
    }
    expect(app.services.snapshots.state.version).toBe(1);
  });
});

describe('mistakes of the server', () => {
  test('are told without a stack, and logged with it', async () => {
    const store = { ...memoryStore(), audit: () => Promise.resolve(undefined as never) };
    const app = await testApp({ store });
    const { body, text } = await app.get('/audit');
    const { requestId } = body as { requestId: string };
    const detail = `This is a mistake of the server, not yours. Its log has more under ${requestId}.`;
    expect(body).toEqual(problem('INTERNAL', 500, { detail }));
    expect(text).not.toContain('.ts');
    expect(app.logged).toMatchObject([
      { level: 'error', event: 'request failed', fields: { requestId, error: /TypeError.*\n/ } },
      {
        level: 'error',
        event: 'request',
        fields: { request: 'GET /audit', status: 500, requestId },
      },
    ]);
  });

  test('of any kind', async () => {
    const store = { ...memoryStore(), audit: () => Promise.resolve([null] as never) };
    const app = await testApp({ store });
    expect((await app.get('/audit')).status).toBe(500);
  });
});

describe('log_requests', () => {
  test.each([
    ['all', ['info: GET /health 200', 'info: ROUTE_NOT_FOUND 404']],
    ['errors', []],
    ['none', []],
  ] as const)('%s', async (logRequests, expected) => {
    const app = await testApp({ config: { logRequests } });
    await app.get('/health');
    await app.get('/nothing');
    const lines = app.logged.map(
      ({ level, fields }) => `${level}: ${String(fields['request'])} ${String(fields['status'])}`,
    );
    expect(lines).toEqual(expected);
  });
});
