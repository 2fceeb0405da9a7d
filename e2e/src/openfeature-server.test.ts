import { OFREPProvider } from '@openfeature/ofrep-provider';
import {
  OpenFeature,
  ServerProviderEvents,
  type Client,
  type EvaluationContext,
  type JsonValue,
} from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { EXPECTATIONS, methodFor, PROJECT, seenOf } from './openfeature-flags.ts';
import { startServer, type Server } from './server.ts';

let server: Server;
let client: Client;

beforeAll(async () => {
  server = await startServer({ options: ['--storage', 'memory'] });
  await ok(`${server.url}/import`, 'POST', PROJECT);
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: server.url }));
  client = OpenFeature.getClient();
});

afterAll(async () => {
  await OpenFeature.close();
});

async function details(
  flag: string,
  fallback: JsonValue,
  context: EvaluationContext = {},
): Promise<unknown> {
  // The methods differ in the type of the default alone, and that chose the method.
  const method = methodFor(fallback) as 'getObjectDetails';
  return seenOf(await client[method](flag, fallback, context));
}

test.each(EXPECTATIONS)('$flag for $context: $seen.reason', async (expectation) => {
  const { flag, fallback, context, seen } = expectation;
  expect(await details(flag, fallback, context)).toEqual({ flagKey: flag, ...seen });
});

describe('errors give the default', () => {
  const failed = { reason: 'ERROR', flagMetadata: {} };
  test.each([
    ['gone', true, { targetingKey: 'u1' }, 'FLAG_NOT_FOUND'],
    ['toString', true, { targetingKey: 'u1' }, 'FLAG_NOT_FOUND'],
    ['__proto__', true, {}, 'FLAG_NOT_FOUND'],
    ['shared', 'mine', {}, 'TARGETING_KEY_MISSING'],
    ['colour', true, {}, 'TYPE_MISMATCH'],
    ['banner', 7, {}, 'TYPE_MISMATCH'],
    ['theme', 'x', {}, 'TYPE_MISMATCH'],
    ['banner', true, { targetingKey: ['u1'] as never }, 'INVALID_CONTEXT'],
    ['banner', true, { targetingKey: 1.5 as never }, 'INVALID_CONTEXT'],
  ])('%s asked as %j for %j: %s', async (flag, fallback, context, errorCode) => {
    const seen = await details(flag, fallback, context);
    expect(seen).toEqual({ ...failed, flagKey: flag, value: fallback, errorCode });
  });

  test('an empty targeting key is a key', async () => {
    expect(await client.getStringValue('shared', 'mine', { targetingKey: '' })).toBe('B');
  });

  test('when the server is gone', async () => {
    const other = await startServer({ options: ['--storage', 'memory'] });
    await ok(`${other.url}/import`, 'POST', PROJECT);
    await OpenFeature.setProviderAndWait('short', new OFREPProvider({ baseUrl: other.url }));
    const short = OpenFeature.getClient('short');
    expect(await short.getBooleanValue('banner', false)).toBe(true);
    await other.stop();
    const seen = seenOf(await short.getBooleanDetails('banner', false));
    expect(seen).toEqual({ ...failed, flagKey: 'banner', value: false, errorCode: 'GENERAL' });
  });
});

test('contexts travel whole: nested attributes, lists, dates, other scripts', async () => {
  const rule = { when: [{ attribute: 'user.köy', op: 'in', values: ['İstanbul'] }], serve: 'on' };
  await ok(`${server.url}/flags/nested`, 'POST', { enabled: true, rules: [rule] });
  const context = { user: { köy: ['Ankara', 'İstanbul'] }, since: new Date(0) };
  expect(await client.getBooleanValue('nested', false, context)).toBe(true);
  const after = { when: [{ attribute: 'since', op: 'after', values: ['1970-01-01T00:00:00Z'] }] };
  await ok(`${server.url}/flags/dated`, 'POST', {
    enabled: true,
    rules: [{ ...after, serve: 'on' }],
  });
  expect(await client.getBooleanValue('dated', false, context)).toBe(true);
});

test('hooks and events of the SDK work as with any provider', async () => {
  const seen: string[] = [];
  client.addHandler(ServerProviderEvents.Ready, () => void seen.push('ready'));
  const hook = { after: () => void seen.push('after'), error: () => void seen.push('error') };
  await client.getBooleanValue('banner', false, {}, { hooks: [hook] });
  await client.getBooleanValue('gone', false, {}, { hooks: [hook] });
  expect(seen).toEqual(['ready', 'after', 'error']);
});

describe('the protocol by itself', () => {
  const one = (key: string): string => `${server.url}/ofrep/v1/evaluate/flags/${key}`;

  test.each([
    ['not JSON', '{"context":', 'PARSE_ERROR'],
    ['no object', '[]', 'PARSE_ERROR'],
    ['a context that is no object', '{"context":[]}', 'INVALID_CONTEXT'],
    ['a context that is a text', '{"context":"u1"}', 'INVALID_CONTEXT'],
    ['a key that is an object', '{"context":{"targetingKey":{}}}', 'INVALID_CONTEXT'],
  ])('%s', async (_, body, errorCode) => {
    const { status, body: got, headers } = await call(one('banner'), 'POST', body);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/json');
    expect(got).toEqual({ key: 'banner', errorCode, errorDetails: expect.stringMatching(/./) });
  });

  test.each(['', '{}', '{"context":{}}', '{"later":1,"context":{"user_id":7}}'])(
    'takes the body %j',
    async (body) => {
      const { status, body: got } = await call(one('banner'), 'POST', body);
      expect({ status, key: got['key'], value: got['value'] }).toEqual({
        status: 200,
        key: 'banner',
        value: true,
      });
    },
  );

  test('a flag that is not there is 404 in its own form', async () => {
    const { status, body } = await call(one('gone'), 'POST', '{}');
    expect(status).toBe(404);
    expect(body).toMatchObject({ key: 'gone', errorCode: 'FLAG_NOT_FOUND' });
  });
});
