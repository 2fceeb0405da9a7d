import { OFREPWebProvider, type OFREPWebProviderOptions } from '@openfeature/ofrep-web-provider';
import {
  OpenFeature,
  ProviderEvents,
  type Client,
  type EvaluationContext,
  type JsonValue,
  type Provider,
} from '@openfeature/web-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ok } from './api.ts';
import { EXPECTATIONS, methodFor, PROJECT, seenOf } from './openfeature-flags.ts';
import { startServer, until, within, type Server } from './server.ts';

let server: Server;

beforeAll(async () => {
  if (typeof EventSource === 'undefined') {
    throw new TypeError('Node needs --experimental-eventsource here: see vitest.config.ts');
  }
  server = await startServer({ options: ['--storage', 'memory'] });
  await ok(`${server.url}/import`, 'POST', PROJECT);
});

afterEach(async () => {
  await OpenFeature.clearProviders();
});
afterAll(async () => {
  await OpenFeature.close();
});

/** What went over the wire, in both directions. */
interface Exchange {
  readonly query: string;
  readonly ifNoneMatch: string | null;
  readonly status: number;
}

interface Page {
  readonly client: Client;
  readonly exchanges: Exchange[];
}

/** A page that uses flags; nothing is polled. */
async function open(
  context: EvaluationContext,
  options: Partial<OFREPWebProviderOptions> = {},
): Promise<Page> {
  const exchanges: Exchange[] = [];
  const watched: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await fetch(request);
    exchanges.push({
      query: new URL(request.url).search,
      ifNoneMatch: request.headers.get('if-none-match'),
      status: response.status,
    });
    return response;
  };
  const provider = new OFREPWebProvider({
    baseUrl: server.url,
    fetchImplementation: watched,
    cacheMode: 'disabled',
    ...options,
  });
  // Their declarations differ in what an optional property may be.
  await OpenFeature.setProviderAndWait(provider as unknown as Provider, context);
  return { client: OpenFeature.getClient(), exchanges };
}

function details(client: Client, flag: string, fallback: JsonValue): unknown {
  // The methods differ in the type of the default alone, and that chose the method.
  const method = methodFor(fallback) as 'getObjectDetails';
  return seenOf(client[method](flag, fallback));
}

test.each(EXPECTATIONS)('$flag for $context: $seen.reason', async (expectation) => {
  const { flag, fallback, context, seen } = expectation;
  const { client } = await open(context);
  expect(details(client, flag, fallback)).toEqual({ flagKey: flag, ...seen });
});

describe('errors', () => {
  test.each([
    ['gone', true, {}, 'FLAG_NOT_FOUND'],
    ['shared', 'mine', {}, 'TARGETING_KEY_MISSING'],
    ['colour', true, {}, 'TYPE_MISMATCH'],
  ])('%s asked as %j for %j: %s', async (flag, fallback, context, errorCode) => {
    const { client } = await open(context);
    expect(details(client, flag, fallback)).toMatchObject({
      flagKey: flag,
      value: fallback,
      reason: 'ERROR',
      errorCode,
    });
  });

  test('a context that cannot be used: the provider does not become ready', async () => {
    await expect(open({ targetingKey: ['u1'] as never })).rejects.toThrow(/./);
    expect(OpenFeature.getClient().getBooleanValue('banner', false)).toBe(false);
  });

  test('the server gone: the values stay, and the page hears of it', async () => {
    const other = await startServer({ options: ['--storage', 'memory'] });
    await ok(`${other.url}/import`, 'POST', PROJECT);
    const { client } = await open({ targetingKey: 'u1' }, { baseUrl: other.url });
    const stale = new Promise((tell) => {
      client.addHandler(ProviderEvents.Stale, tell);
    });
    expect(await other.stop()).toBe(0);
    await within(stale, 10_000, 'the page did not hear that its stream ended');
    expect(client.getBooleanValue('banner', false)).toBe(true);
  });
});

test('a changed context is asked for anew', async () => {
  const { client, exchanges } = await open({ targetingKey: 'u2', country: 'DE' });
  expect(client.getBooleanValue('americans', false)).toBe(false);
  await OpenFeature.setContext({ targetingKey: 'u2', country: 'US' });
  expect(client.getBooleanValue('americans', false)).toBe(true);
  await OpenFeature.setContext({ targetingKey: 'u2', country: 'CA' });
  expect(exchanges.map(({ status }) => status)).toEqual([200, 200, 304]);
  expect(exchanges[2]?.ifNoneMatch).toMatch(/^"[\w-]+"$/);
});

test('polling: nothing changed is a 304 on the wire', async () => {
  const { exchanges } = await open({}, { changeDetection: 'polling', pollInterval: 20 });
  const polled = await until(() => (exchanges.length >= 3 ? exchanges : undefined), 'two polls');
  expect(polled.map(({ status }) => status).slice(0, 3)).toEqual([200, 304, 304]);
});

test('a change reaches the page by the stream, without polling', async () => {
  const { client, exchanges } = await open({ targetingKey: 'u1' });
  expect(client.getStringValue('colour', '')).toBe('blue');
  const changed = new Promise<unknown>((tell) => {
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      tell(event?.flagsChanged);
    });
  });
  await streamsOf(server, 1);
  await ok(`${server.url}/flags/colour`, 'POST', { default: 'none' });
  expect(await within(changed, 10_000, 'no change was heard of')).toEqual(['colour']);
  expect(client.getStringValue('colour', 'x')).toBe('');
  expect(exchanges).toHaveLength(2);
  expect(exchanges[1]).toMatchObject({ status: 200 });
  expect(exchanges[1]?.query).toMatch(/flagConfigEtag=production-\d+&flagConfigLastModified=\d+/);
  await ok(`${server.url}/flags/colour`, 'POST', { default: 'blue' });
});

test('many changes in a row are fetched once or twice, and the last one is there', async () => {
  const { client, exchanges } = await open({ targetingKey: 'u1' });
  await streamsOf(server, 1);
  for (let round = 1; round <= 20; round += 1) {
    const variants = { high: round, zero: 0 };
    await ok(`${server.url}/flags/limit`, 'POST', { variants });
  }
  await until(
    () => (client.getNumberValue('limit', 0) === 20 ? true : undefined),
    'the last value',
  );
  expect(exchanges.length).toBeLessThan(8);
});

test('a stream ends with its page', async () => {
  await open({});
  await streamsOf(server, 1);
  await OpenFeature.clearProviders();
  expect(await streamsOf(server, 0)).toBe(0);
});

async function streamsOf({ url }: Server, count: number): Promise<number> {
  const line = `\nfeatureflags_open_streams ${String(count)}\n`;
  return until(
    async () => ((await ok(`${url}/metrics`)).text.includes(line) ? count : undefined),
    `${String(count)} open streams`,
  );
}
