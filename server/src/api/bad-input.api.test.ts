import { beforeAll, describe, expect, test } from 'vitest';

import { keptBy, problem, testApp, type Ask, type TestApp, type Told } from '../app.fixture.ts';

const LIMIT = 2 ** 20;
let app: TestApp;

beforeAll(async () => {
  app = await testApp({ config: { bodyLimit: LIMIT } });
  await app.post('/flags/f', { enabled: true });
  await app.post('/segments/s');
});

/** Asks, and holds that a refusal changed nothing and was no crash. */
async function refused(path: string, ask: Ask): Promise<Told> {
  const before = await keptBy(app);
  const answer = await app.ask(path, ask);
  expect(await keptBy(app)).toEqual(before);
  expect(app.logged).toEqual([]);
  return answer;
}

const asJson = { 'content-type': 'application/json' };

function post(text: NonNullable<Ask['text']>, headers: Record<string, string> = asJson): Ask {
  return { method: 'POST', text, headers };
}

function streamed(...parts: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
}

const writes = ['/flags/f', '/flags/new', '/segments/s', '/environments/e', '/import'];

describe.each([...writes, '/evaluate'])('POST %s', (path) => {
  test.each([
    ['{', 'MALFORMED_JSON', 400],
    ['{"enabled": true', 'MALFORMED_JSON', 400],
    ["{'enabled': true}", 'MALFORMED_JSON', 400],
    ['\u0000', 'MALFORMED_JSON', 400],
    ['{"a": NaN}', 'MALFORMED_JSON', 400],
    ['{"a": 01}', 'MALFORMED_JSON', 400],
    ['{"a": 1,}', 'MALFORMED_JSON', 400],
    [' ', 'MALFORMED_JSON', 400],
    ['['.repeat(100_000), 'MALFORMED_JSON', 400],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'MALFORMED_JSON', 400],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'MALFORMED_JSON', 400],
    [`{"a": ${'['.repeat(65)}${']'.repeat(65)}}`, 'MALFORMED_JSON', 400],
    ['1', 'INVALID_BODY', 400],
    ['true', 'INVALID_BODY', 400],
    ['null', 'INVALID_BODY', 400],
    ['[]', 'INVALID_BODY', 400],
    ['[{"enabled": true}]', 'INVALID_BODY', 400],
    ['{"nope": 1}', 'INVALID_BODY', 400],
    ['{"__proto__": {"enabled": true}}', 'INVALID_BODY', 400],
    ['{"constructor": 1, "toString": 2}', 'INVALID_BODY', 400],
    ['{"huge": 1e400}', 'INVALID_BODY', 400],
    ['{"less": -0}', 'INVALID_BODY', 400],
    [`{"list": [${'1,'.repeat(100_000)}1]}`, 'INVALID_BODY', 400],
  ])('%.30s', async (text, code, status) => {
    const { headers, body } = await refused(path, post(text));
    expect(body).toMatchObject({ code, status });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  test('a body that says it is too large', async () => {
    const headers = { ...asJson, 'content-length': String(LIMIT + 1) };
    const answer = await refused(path, post('{}', headers));
    expect(answer.body).toEqual(problem('BODY_TOO_LARGE', 413));
  });

  test('a body that turns out too large', async () => {
    const part = `"${'x'.repeat(LIMIT / 4)}"`;
    const body = streamed('[', part, ',', part, ',', part, ',', part, ']');
    expect((await refused(path, post(body))).body).toEqual(problem('BODY_TOO_LARGE', 413));
  });

  test('an encoding', async () => {
    const headers = { ...asJson, 'content-encoding': 'gzip' };
    const answer = await refused(path, post(new Uint8Array([0x1f, 0x8b, 8]), headers));
    expect(answer.body).toEqual(problem('UNSUPPORTED_ENCODING', 415));
  });

  test('bytes that are no UTF-8', async () => {
    const answer = await refused(
      path,
      post(new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])),
    );
    expect(answer.body).toEqual(problem('MALFORMED_JSON', 400));
  });
});

describe('content types', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
  ])('%s', async (type) => {
    for (const path of writes) {
      const answer = await refused(path, post('{"enabled":true}', { 'content-type': type }));
      expect(answer.body).toEqual(problem('UNSUPPORTED_MEDIA_TYPE', 415));
    }
  });

  test('none at all', async () => {
    const answer = await refused('/flags/f', post(new TextEncoder().encode('{}'), {}));
    expect(answer.body).toMatchObject({ detail: /got no content-type/ });
  });

  test.each([
    'application/json',
    'APPLICATION/JSON; charset=utf-8',
    'application/merge-patch+json',
  ])('%s is fine', async (type) => {
    expect((await app.ask('/flags/f', post('{}', { 'content-type': type }))).status).toBe(200);
  });

  test('a chunked body that fits is fine, and so is the identity', async () => {
    const parts = post(streamed('{"ena', 'bled":', ' true}'), {
      ...asJson,
      'content-encoding': 'identity',
    });
    expect((await app.ask('/flags/f', parts)).status).toBe(200);
  });
});

describe('numbers', () => {
  test.each([
    ['{"metadata":{"size":1e400}}', '/metadata/size', 'range'],
    ['{"metadata":{"size":-1e400}}', '/metadata/size', 'range'],
    ['{"variants":{"on":{"a":[1e999]},"off":{}}}', '/variants/on/a/0', 'range'],
    ['{"variants":{"on":1e400,"off":0}}', '/variants/on', 'range'],
    ['{"rules":[{"rollout":1e400,"serve":"on"}]}', '/rules/0/rollout', 'range'],
    ['{"rules":[{"rollout":-1,"serve":"on"}]}', '/rules/0/rollout/percent', 'range'],
    ['{"rules":[{"rollout":100.1,"serve":"on"}]}', '/rules/0/rollout/percent', 'range'],
    ['{"rules":[{"rollout":0.0001,"serve":"on"}]}', '/rules/0/rollout/percent', 'range'],
    ['{"default":{"split":[{"variant":"on","weight":-1}]}}', '/default/split/0/weight', 'range'],
    ['{"default":{"split":[{"variant":"on","weight":0}]}}', '/default/split', 'range'],
    ['{"version":1.5}', '/version', 'type'],
  ])('%s', async (text, path, code) => {
    const { body } = await refused('/flags/new', post(text));
    expect(body).toMatchObject({ code: 'INVALID_BODY', issues: [{ path, code }] });
  });

  test('-0 is 0', async () => {
    const numbers = await testApp();
    await numbers.ask('/flags/n', post('{"variants":{"on":-0,"off":-0.5},"enabled":true}'));
    expect((await numbers.get('/evaluate?flag=n')).text).toContain('"value":0,');
  });

  test('a context may hold what no double does: it counts as missing', async () => {
    const text = '{"flag":"f","context":{"size":1e400,"user_id":1e400}}';
    expect((await refused('/evaluate', post(text))).status).toBe(200);
  });
});

describe('long lists', () => {
  const many = 100_000;

  test('are told of in short', async () => {
    const { text, body } = await refused('/flags/f', {
      method: 'POST',
      body: { tags: Array<number>(many).fill(1) },
    });
    const { issues, detail } = body as { issues: unknown[]; detail: string };
    expect([issues.length, text.length < 20_000]).toEqual([100, true]);
    expect(detail).toContain('(and 99999 more)');
  });

  test('are read in time', async () => {
    const own = await testApp({ config: { bodyLimit: 10 * LIMIT } });
    const keys = Array.from({ length: many }, (_, index) => `user-${String(index)}`);
    const made = await own.post('/flags/f', { enabled: true, targets: { off: keys }, tags: keys });
    expect(made.status).toBe(201);
    const served = await own.get('/evaluate?flag=f&user_id=user-99999');
    expect(served.body).toMatchObject({ value: false, reason: 'TARGETING_MATCH' });
    const context = { user_id: 'x', list: keys };
    expect((await own.post('/evaluate', { flag: 'f', context })).status).toBe(200);
    const query = 'list=1&'.repeat(many);
    expect((await own.get(`/evaluate?${query}flag=f`)).status).toBe(200);
  });
});

describe('keys', () => {
  const never = ['a/b', '../f', '-a', '_a', 'a b', 'a"b', "a'b", 'a\nb', 'a\u0000b', 'ä', '🚩'];

  test.each([...never, '__proto__', 'a'.repeat(129), '%', '{key}', 'a;b', 'a?b', 'a#b', '\ud800'])(
    '%j',
    async (key) => {
      const encoded = encodeURIComponent(key.toWellFormed()).replaceAll('.', '%2E');
      for (const room of ['/flags', '/segments', '/environments']) {
        const { body } = await refused(`${room}/${encoded}`, { method: 'POST' });
        expect(body).toEqual(problem('INVALID_KEY', 400));
      }
      const { body } = await refused(`/evaluate?flag=${encoded}`, {});
      expect(body).toEqual(problem('FLAG_NOT_FOUND', 404));
    },
  );

  test.each(['%', '%E0%A4%A', '%ff', 'a%2'])('%s, which decodes to nothing', async (key) => {
    expect((await refused(`/flags/${key}`, { method: 'POST' })).body).toEqual(
      problem('INVALID_KEY', 400),
    );
    expect((await refused(`/flags/${key}`, {})).body).toEqual(problem('FLAG_NOT_FOUND', 404));
    expect((await refused(`/evaluate?flag=${key}`, {})).body).toEqual(
      problem('FLAG_NOT_FOUND', 404),
    );
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '0', 'a.b-c_D9'])(
    '%s is a key like any other',
    async (key) => {
      const own = await testApp();
      expect((await own.get(`/flags/${key}`)).body).toEqual(problem('FLAG_NOT_FOUND', 404));
      expect((await own.get(`/evaluate?flag=${key}`)).body).toEqual(problem('FLAG_NOT_FOUND', 404));
      expect((await own.get(`/segments/${key}`)).body).toEqual(problem('SEGMENT_NOT_FOUND', 404));
      expect((await own.post(`/segments/${key}`, { include: ['ann'] })).status).toBe(201);
      const rules = [{ when: [{ op: 'in_segment', segment: key }], serve: 'on' }];
      expect((await own.post(`/flags/${key}`, { enabled: true, rules })).status).toBe(201);
      const { body } = await own.get(`/evaluate?flag=${key}&user_id=ann`);
      expect(body).toMatchObject({ flag: key, value: true });
    },
  );
});

test('duplicate names in JSON: the last one counts, as everywhere in JavaScript', async () => {
  const own = await testApp();
  await own.ask('/flags/f', post('{"enabled": true, "enabled": false}'));
  expect((await own.get('/flags/f')).body).toMatchObject({ enabled: false });
});

test.each(['.', '..', '%2e', '%2E%2e'])('POST /flags/%s never reaches a flag', async (dots) => {
  // The URL itself resolves dots, before anybody sees a key.
  const { body } = await refused(`/flags/${dots}`, { method: 'POST' });
  expect(body).toMatchObject({ code: 'ROUTE_NOT_FOUND', status: 404 });
});

test.each([
  ['/flags?environment=a&environment=b', '/environment'],
  ['/evaluate?flag=f&explain=true&explain=true', '/explain'],
  ['/audit?limit=1&limit=1', '/limit'],
])('%s names something twice', async (path, name) => {
  const { body } = await refused(path, {});
  const { code, issues } = body as { code: string; issues: { path: string }[] };
  expect([code, issues[0]?.path]).toEqual(['INVALID_QUERY', name]);
});
