import type { JsonObject } from '@featureflags/core';
import { beforeAll, describe, expect, test } from 'vitest';

import { problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  await app.seed({
    environments: ['production', 'staging'],
    flags: {
      plain: { enabled: true },
      dark: { enabled: false },
      colour: {
        variants: { blue: '#00f', green: '#0f0' },
        enabled: true,
        off: 'blue',
        targets: { green: ['ann', '7'] },
        rules: [{ id: 'us', when: { country: ['US', 'CA'] }, serve: 'green' }],
        default: 'blue',
        environments: { staging: { enabled: false, off: 'green', default: 'green' } },
      },
      timed: { enabled: true, rules: [moment('before', 'old'), moment('after', 'new')] },
      tagged: {
        enabled: true,
        rules: [
          { id: 'all', when: [{ attribute: 'tag', op: 'not_in', values: ['x'] }], serve: 'on' },
        ],
        default: 'off',
      },
      divided: { enabled: true, default: { split: [{ variant: 'on', weight: 1 }] } },
      nested: {
        enabled: true,
        rules: [{ id: 'n', when: { 'a.b': [1] }, serve: 'on' }],
        default: 'off',
      },
    },
  });
});

function moment(op: string, id: string): JsonObject {
  const when = [{ attribute: 'now', op, values: ['2026-03-01T12:00:00Z'] }];
  return { id, when, serve: op === 'before' ? 'off' : 'on' };
}

const version = 2;
const plain = {
  flag: 'plain',
  enabled: true,
  value: true,
  variant: 'on',
  reason: 'STATIC',
  version,
};
const dark = {
  flag: 'dark',
  enabled: false,
  value: false,
  variant: 'off',
  reason: 'DISABLED',
  version,
};
const green = { flag: 'colour', enabled: true, value: '#0f0', variant: 'green', version };
const blue = { flag: 'colour', enabled: false, value: '#00f', variant: 'blue', version };
const on = { enabled: true, value: true, variant: 'on', version };
const off = { enabled: false, value: false, variant: 'off', version };

describe('GET /evaluate', () => {
  test.each([
    ['flag=plain', plain],
    ['flag=dark', dark],
    ['flag=colour&user_id=ann', { ...green, reason: 'TARGETING_MATCH' }],
    ['flag=colour&targetingKey=ann', { ...green, reason: 'TARGETING_MATCH' }],
    ['flag=colour&user_id=7', { ...green, reason: 'TARGETING_MATCH' }],
    ['flag=colour&country=US', { ...green, reason: 'TARGETING_MATCH', ruleId: 'us' }],
    ['flag=colour&country=DE&country=CA', { ...green, reason: 'TARGETING_MATCH', ruleId: 'us' }],
    ['flag=colour&country=DE', { ...blue, reason: 'DEFAULT' }],
    [
      'flag=colour&environment=staging&user_id=ann',
      { ...green, enabled: false, reason: 'DISABLED' },
    ],
    ['flag=tagged&tag=a&tag=x', { flag: 'tagged', ...off, reason: 'DEFAULT' }],
    [
      'flag=tagged&tag=a&tag=b',
      { flag: 'tagged', ...on, reason: 'TARGETING_MATCH', ruleId: 'all' },
    ],
    ['flag=divided&user_id=u', { flag: 'divided', ...on, reason: 'SPLIT' }],
    ['flag=nested&a.b=1', { flag: 'nested', ...on, reason: 'TARGETING_MATCH', ruleId: 'n' }],
    ['flag=timed', { flag: 'timed', ...on, reason: 'TARGETING_MATCH', ruleId: 'new' }],
    [
      'flag=timed&now=2026-03-01T11:59:59Z',
      { flag: 'timed', ...off, reason: 'TARGETING_MATCH', ruleId: 'old' },
    ],
    ['flag=timed&now=yesterday', { flag: 'timed', ...off, reason: 'DEFAULT' }],
    ['flag=plain&__proto__=1&constructor=2', plain],
  ])('%s', async (query, expected) => {
    const { status, headers, body } = await app.get(`/evaluate?${query}`);
    expect([status, headers.get('content-type'), body]).toEqual([
      200,
      'application/json',
      expected,
    ]);
  });

  test('explain=true adds the trace, and the answer is the same', async () => {
    const { body } = await app.get('/evaluate?flag=colour&country=US&explain=true');
    const { trace, ...rest } = body as { trace: unknown };
    expect(rest).toEqual({ ...green, reason: 'TARGETING_MATCH', ruleId: 'us' });
    expect(trace).toMatchObject([
      { step: 1, outcome: 'found' },
      { step: 2, enabled: true },
      { step: 4, variant: null },
      expect.objectContaining({ step: 5, rule: 'us' }),
    ]);
    const without = await app.get('/evaluate?flag=colour&country=US&explain=false');
    expect(without.body).toEqual(rest);
  });

  test.each([
    ['flag=nope', problem('FLAG_NOT_FOUND', 404)],
    ['flag=', problem('FLAG_NOT_FOUND', 404)],
    ['flag=__proto__', problem('FLAG_NOT_FOUND', 404)],
    ['flag=plain&environment=nope', problem('ENVIRONMENT_NOT_FOUND', 404)],
    ['flag=divided', problem('TARGETING_KEY_MISSING', 400)],
    ['', invalid('/flag', 'required')],
    ['flag=a&flag=b', invalid('/flag', 'type')],
    ['flag=plain&explain=yes', invalid('/explain', 'value')],
    ['flag=plain&user_id=a&user_id=b', context('/context/user_id')],
  ])('%s is refused', async (query, expected) => {
    expect((await app.get(`/evaluate?${query}`)).body).toEqual(expected);
  });
});

function invalid(path: string, code: string): unknown {
  const issue = { path, code, message: expect.any(String) as never };
  return problem('INVALID_QUERY', 400, { issues: [issue] });
}

function context(path: string): unknown {
  const issue = { path, code: 'type', message: expect.any(String) as never };
  return problem('INVALID_CONTEXT', 400, { issues: [issue] });
}

describe('POST /evaluate', () => {
  test.each([
    [{ flag: 'plain' }, plain],
    [{ flag: 'plain', context: {} }, plain],
    [
      { flag: 'colour', context: { user_id: 7 } },
      { ...green, reason: 'TARGETING_MATCH' },
    ],
    [
      { flag: 'colour', context: { user_id: null } },
      { ...blue, reason: 'DEFAULT' },
    ],
    [
      { flag: 'colour', context: { targetingKey: 'bo', country: 'US' }, explain: false },
      { ...green, reason: 'TARGETING_MATCH', ruleId: 'us' },
    ],
    [
      { flag: 'nested', context: { a: { b: 1 } } },
      { flag: 'nested', ...on, reason: 'TARGETING_MATCH', ruleId: 'n' },
    ],
    [
      { flag: 'timed', context: { now: '2020-01-01T00:00:00Z' } },
      { flag: 'timed', ...off, reason: 'TARGETING_MATCH', ruleId: 'old' },
    ],
    [
      { flag: 'timed', context: { now: null } },
      { flag: 'timed', ...off, reason: 'DEFAULT' },
    ],
    [
      { flag: 'colour', environment: 'staging' },
      { ...green, enabled: false, reason: 'DISABLED' },
    ],
  ])('%j', async (body, expected) => {
    const answer = await app.post('/evaluate', body);
    expect([answer.status, answer.body]).toEqual([200, expected]);
  });

  test('needs no content type: it changes nothing', async () => {
    const answer = await app.ask('/evaluate', { method: 'POST', text: '{"flag":"plain"}' });
    expect(answer.body).toEqual(plain);
  });

  test('explains', async () => {
    const { body } = await app.post('/evaluate', { flag: 'dark', explain: true });
    expect(body).toEqual({ ...dark, trace: expect.any(Array) });
  });

  const told = expect.any(String) as never;
  test.each([
    [undefined, 'INVALID_BODY', [{ path: '', code: 'type', message: 'a body is missing' }]],
    [{}, 'INVALID_BODY', [{ path: '/flag', code: 'required', message: 'flag is missing' }]],
    [{ flag: 1 }, 'INVALID_BODY', [{ path: '/flag', code: 'type', message: told }]],
    [
      { flag: 'plain', 'a"/b~': 1 },
      'INVALID_BODY',
      [{ path: '/a"~1b~0', code: 'unknown', message: 'is not known here' }],
    ],
    [
      { flag: 'plain', context: 1 },
      'INVALID_CONTEXT',
      [{ path: '/context', code: 'type', message: told }],
    ],
    [
      { flag: 'plain', context: null },
      'INVALID_CONTEXT',
      [{ path: '/context', code: 'type', message: told }],
    ],
    [
      { flag: 'plain', context: [] },
      'INVALID_CONTEXT',
      [{ path: '/context', code: 'type', message: told }],
    ],
    [
      { flag: 'plain', context: { user_id: {} } },
      'INVALID_CONTEXT',
      [{ path: '/context/user_id', code: 'type', message: told }],
    ],
    [
      { flag: 'plain', context: { targetingKey: 1.5 } },
      'INVALID_CONTEXT',
      [{ path: '/context/targetingKey', code: 'type', message: told }],
    ],
  ])('%j is refused', async (body, code, issues) => {
    expect((await app.post('/evaluate', body)).body).toEqual(problem(code, 400, { issues }));
  });
});
