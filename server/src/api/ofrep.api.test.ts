import { beforeEach, describe, expect, test } from 'vitest';

import { problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
  await app.seed({
    flags: {
      plain: { enabled: true, metadata: { team: 'web', size: 3, beta: true } },
      colour: {
        variants: { blue: '#00f', green: '#0f0' },
        enabled: true,
        off: 'blue',
        targets: { green: ['ann'] },
        default: 'blue',
      },
      divided: { enabled: true, default: { split: [{ variant: 'on', weight: 1 }] } },
      archived: { enabled: true, archived: true },
      dependent: { enabled: true, requires: [{ flag: 'colour', variants: ['green'] }] },
    },
  });
});

const metadata = { team: 'web', size: 3, beta: true };
const plain = { key: 'plain', value: true, variant: 'on', reason: 'STATIC', metadata };
const divided = {
  key: 'divided',
  errorCode: 'TARGETING_KEY_MISSING',
  errorDetails: expect.stringContaining('divided') as string,
  metadata: {},
};
const text = expect.any(String) as string;

describe('one flag', () => {
  test.each([
    ['plain', { context: { targetingKey: 'ann' } }, 200, plain],
    ['plain', {}, 200, plain],
    ['plain', undefined, 200, plain],
    ['plain', { context: {}, more: 'is passed over' }, 200, plain],
    [
      'colour',
      { context: { targetingKey: 'ann' } },
      200,
      { key: 'colour', value: '#0f0', variant: 'green', reason: 'TARGETING_MATCH', metadata: {} },
    ],
    [
      'dependent',
      { context: {} },
      200,
      {
        key: 'dependent',
        value: false,
        variant: 'off',
        reason: 'DISABLED',
        metadata: { failedRequirement: 'colour' },
      },
    ],
    ['divided', { context: {} }, 400, divided],
    [
      'nope',
      { context: {} },
      404,
      { key: 'nope', errorCode: 'FLAG_NOT_FOUND', errorDetails: text, metadata: {} },
    ],
    [
      'archived',
      { context: {} },
      404,
      { key: 'archived', errorCode: 'FLAG_NOT_FOUND', errorDetails: text, metadata: {} },
    ],
    ['plain', { context: 1 }, 400, failure('plain', 'INVALID_CONTEXT')],
    ['plain', { context: { targetingKey: {} } }, 400, failure('plain', 'INVALID_CONTEXT')],
    ['plain', [], 400, failure('plain', 'PARSE_ERROR')],
    ['plain', 'text', 400, failure('plain', 'PARSE_ERROR')],
  ])('%s with %j', async (key, body, status, expected) => {
    const answer = await app.post(`/ofrep/v1/evaluate/flags/${key}`, body);
    expect([answer.status, answer.body]).toEqual([status, expected]);
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  test.each([
    ['{', 400, failure('plain', 'PARSE_ERROR')],
    ['{"context":{"a":"\\ud800"}}', 200, plain],
    ['['.repeat(100_000), 400, failure('plain', 'PARSE_ERROR')],
  ])('%.20s', async (sent, status, expected) => {
    const path = '/ofrep/v1/evaluate/flags/plain';
    const answer = await app.ask(path, { method: 'POST', text: sent });
    expect([answer.status, answer.body]).toEqual([status, expected]);
  });

  test('in an environment that is not there', async () => {
    const { status, body } = await app.post('/ofrep/v1/evaluate/flags/plain?environment=nope');
    expect([status, body]).toEqual([404, problem('ENVIRONMENT_NOT_FOUND', 404)]);
  });

  test('with a query that cannot be read', async () => {
    const path = '/ofrep/v1/evaluate/flags/plain?environment=a&environment=b';
    expect((await app.post(path)).body).toEqual(failure('plain', 'GENERAL'));
  });

  test('counts in the metrics', async () => {
    await app.post('/ofrep/v1/evaluate/flags/plain');
    const { text: metrics } = await app.get('/metrics');
    expect(metrics).toContain('featureflags_evaluations_total{flag="plain",reason="STATIC"} 1');
  });
});

function failure(key: string | undefined, errorCode: string): object {
  return { ...(key === undefined ? {} : { key }), errorCode, errorDetails: text };
}

describe('all flags', () => {
  const path = '/ofrep/v1/evaluate/flags';

  test('are evaluated, each for itself', async () => {
    const { status, headers, body } = await app.post(path, { context: { targetingKey: null } });
    expect(status).toBe(200);
    expect(headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
    expect(body).toEqual({
      flags: [
        plain,
        { key: 'colour', value: '#00f', variant: 'blue', reason: 'DEFAULT', metadata: {} },
        divided,
        {
          key: 'dependent',
          value: false,
          variant: 'off',
          reason: 'DISABLED',
          metadata: { failedRequirement: 'colour' },
        },
      ],
      eventStreams: [
        { type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream?environment=production' } },
      ],
    });
  });

  test('are not sent again while nothing differs', async () => {
    const context = { targetingKey: 'ann' };
    const first = await app.post(path, { context });
    const etag = first.headers.get('etag') ?? '';
    const again = async (headers: Record<string, string>, query = ''): Promise<unknown[]> => {
      const answer = await app.post(`${path}${query}`, { context }, headers);
      return [answer.status, answer.headers.get('etag'), answer.text === first.text];
    };
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect(await again({ 'if-none-match': header })).toEqual([304, etag, false]);
    }
    expect(await again({ 'if-none-match': '"other"' })).toEqual([200, etag, true]);
    expect(await again({})).toEqual([200, etag, true]);
    const known = { 'if-none-match': etag };
    expect(await again(known, '?flagConfigEtag=production-2')).toEqual([304, etag, false]);
    expect(await again(known, '?flagConfigEtag=production-3')).toEqual([200, etag, true]);
    expect(await again(known, '?flagConfigLastModified=1')).toEqual([304, etag, false]);
    const other = await app.post(path, { context: { targetingKey: 'bo' } }, known);
    expect(other.status).toBe(200);
  });

  test.each([
    ['{"context": 1}', 400, failure(undefined, 'INVALID_CONTEXT')],
    ['not json', 400, failure(undefined, 'PARSE_ERROR')],
    ['[]', 400, failure(undefined, 'PARSE_ERROR')],
  ])('%s', async (sent, status, expected) => {
    const answer = await app.ask(path, { method: 'POST', text: sent });
    expect([answer.status, answer.body]).toEqual([status, expected]);
  });

  test('in an environment that is not there', async () => {
    const { status, body } = await app.post(`${path}?environment=nope`);
    expect([status, body]).toEqual([404, problem('ENVIRONMENT_NOT_FOUND', 404)]);
  });

  test('with a body that is too large', async () => {
    const small = await testApp({ config: { bodyLimit: 10 } });
    const answer = await small.post(path, { context: {} });
    expect(answer.body).toEqual(problem('BODY_TOO_LARGE', 413));
  });
});
