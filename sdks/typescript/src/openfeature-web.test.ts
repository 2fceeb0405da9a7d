import { OpenFeature, ProviderEvents, type Client, type JsonValue } from '@openfeature/web-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import { CASES, GHERKIN } from './openfeature.fixture.ts';
import { FeatureFlagsWebProvider, type WebProviderOptions } from './openfeature-web.ts';
import {
  eventStream,
  fakePlatform,
  json,
  keeping,
  type FakePlatform,
  type Writer,
} from './platform.fixture.ts';
import { PLATFORM } from './platform.ts';

/** A server that evaluates the flags of the cases, as the real one does. */
const server = new FeatureClient({ offline: GHERKIN as never });

interface Started {
  readonly client: Client;
  readonly provider: FeatureFlagsWebProvider;
  readonly platform: FakePlatform;
  readonly stream: Writer;
  readonly told: string[];
  readonly network: { isDown: boolean };
}

function start(options: Partial<WebProviderOptions> = {}): Started {
  const network = { isDown: false };
  const stream = eventStream(': open\n\n');
  const platform = fakePlatform({
    handler: ({ pathname }, { body }) => {
      if (network.isDown) throw new TypeError('fetch failed');
      if (pathname.endsWith('/stream')) return stream.response;
      const { context } = JSON.parse(body as string) as { context: object };
      const eventStreams = [{ type: 'sse', endpoint: { requestUri: '/stream' } }];
      return json({ flags: Object.values(server.all(context as never)), eventStreams });
    },
  });
  const all = { url: 'http://flags.test', logger: keeping(), ...options };
  const provider = new FeatureFlagsWebProvider(Object.assign(all, { [PLATFORM]: platform }));
  const client = OpenFeature.getClient();
  const told: string[] = [];
  for (const name of Object.values(ProviderEvents)) {
    client.addHandler(name, (details) => {
      const changed = (details as { flagsChanged?: string[] } | undefined)?.flagsChanged;
      told.push(changed === undefined ? name : `${name} ${changed.join()}`);
    });
  }
  // The SDK's own provider, which was there before, is ready at once.
  told.length = 0;
  return { client, provider, platform, stream, told, network };
}

async function set({ provider, platform }: Started, context: object = {}): Promise<void> {
  await OpenFeature.setContext(context as never);
  const ready = OpenFeature.setProviderAndWait(provider);
  await platform.pass(0);
  await ready;
}

beforeEach(async () => OpenFeature.setContext({}));
afterEach(async () => OpenFeature.close());

describe('the evaluation cases of OpenFeature', () => {
  test.each(CASES)(
    '$flag with $context: $value',
    async ({ flag, fallback, type, context = {}, ...expected }) => {
      const started = start();
      await set(started, context);
      const method = `get${type}Details` as 'getObjectDetails';
      const { flagKey, errorMessage, flagMetadata, ...details } = started.client[method](
        flag,
        fallback as JsonValue,
      );
      expect(details).toEqual(expected);
      expect([flagKey, flagMetadata]).toEqual([flag, {}]);
      expect((errorMessage ?? '') === '').toBe(expected.errorCode === undefined);
    },
  );
});

test('another context is asked for; READY, CONFIGURATION_CHANGED with the keys', async () => {
  const started = start();
  const { client, platform, told } = started;
  await set(started);
  expect(client.getStringValue('context-aware', '')).toBe('EXTERNAL');
  const { context = {} } = CASES[5] ?? {};
  const changed = OpenFeature.setContext(context);
  await platform.pass(0);
  await changed;
  expect(client.getStringValue('context-aware', '')).toBe('INTERNAL');
  expect(told).toContain('PROVIDER_READY');
  expect(told).toContain('PROVIDER_CONFIGURATION_CHANGED context-aware');
  await OpenFeature.clearProviders();
  expect(platform.waits()).toEqual([]);
});

test('the server is down: ERROR, then READY when it comes; a context that cannot be had', async () => {
  const started = start({ readyWithin: 20 });
  const { client, provider, platform, told, network } = started;
  expect(provider.resolveBooleanEvaluation('boolean-flag', true)).toMatchObject({
    value: true,
    errorCode: 'PROVIDER_NOT_READY',
  });
  await expect(provider.onContextChange({}, {})).rejects.toThrow('not initialized');
  network.isDown = true;
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow('no answers within 20 ms');
  expect(client.getBooleanValue('boolean-flag', false)).toBe(false);
  network.isDown = false;
  await platform.pass(30_000);
  expect(client.getBooleanValue('boolean-flag', false)).toBe(true);
  expect(told.slice(0, 2)).toEqual(['PROVIDER_ERROR', 'PROVIDER_READY']);
  network.isDown = true;
  await OpenFeature.setContext({ a: 1 });
  expect(told.at(-1)).toBe('PROVIDER_ERROR');
});
