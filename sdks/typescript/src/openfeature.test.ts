import { OpenFeature, ProviderEvents, type Client, type JsonValue } from '@openfeature/server-sdk';
import { afterEach, describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import { CASES, GHERKIN } from './openfeature.fixture.ts';
import { FeatureFlagsProvider, type ProviderOptions } from './openfeature.ts';
import {
  changeEvent,
  eventStream,
  fakePlatform,
  flagOf,
  keeping,
  snapshotEvent,
  snapshotOf,
  using,
  type FakePlatform,
  type Writer,
} from './platform.fixture.ts';

afterEach(async () => {
  await OpenFeature.close();
});

async function clientOf(provider: FeatureFlagsProvider): Promise<Client> {
  await OpenFeature.setProviderAndWait(provider);
  return OpenFeature.getClient();
}

describe('the evaluation cases of OpenFeature', () => {
  test.each(CASES)(
    '$flag with $context: $value',
    async ({ flag, fallback, type, context = {}, ...expected }) => {
      const client = await clientOf(new FeatureFlagsProvider({ offline: GHERKIN as never }));
      const method = `get${type}Details` as 'getObjectDetails';
      const { flagKey, flagMetadata, errorMessage, ...details } = await client[method](
        flag,
        fallback as JsonValue,
        context,
      );
      expect(details).toEqual(expected);
      expect(flagKey).toBe(flag);
      expect((errorMessage ?? '') === '').toBe(expected.errorCode === undefined);
      expect(flagMetadata).toMatchObject({ snapshotVersion: 1 });
    },
  );
});

test('metadata: that of the flag, the rule and the version; dates and nested contexts', async () => {
  const when = [{ attribute: 'user.since', op: 'before', values: ['2000-01-01T00:00:00Z'] }];
  const flag = flagOf(false, {
    metadata: { owner: 'web' },
    rules: [{ id: 'old', when, serve: { variant: 'on' } }],
  });
  const offline = { ...snapshotOf(3, {}), flags: { old: flag } };
  const client = await clientOf(new FeatureFlagsProvider({ offline: offline as never }));
  const context = { targetingKey: 'u1', user: { since: new Date(0) } };
  expect(await client.getBooleanDetails('old', false, context)).toEqual({
    flagKey: 'old',
    value: true,
    variant: 'on',
    reason: 'TARGETING_MATCH',
    flagMetadata: { owner: 'web', ruleId: 'old', snapshotVersion: 3 },
  });
});

interface Started {
  readonly provider: FeatureFlagsProvider;
  readonly platform: FakePlatform;
  readonly stream: Writer;
  readonly client: Client;
  readonly told: string[];
}

function start(options: ProviderOptions, ...texts: readonly string[]): Started {
  const stream = eventStream(...texts);
  const platform = fakePlatform({
    handler: ({ pathname }) =>
      pathname === '/events' ? new Response('{}', { status: 202 }) : stream.response,
  });
  const provider = new FeatureFlagsProvider(
    using(platform, { url: 'http://flags.test', logger: keeping(), ...options }),
  );
  const client = OpenFeature.getClient();
  const told: string[] = [];
  for (const name of [
    ProviderEvents.Ready,
    ProviderEvents.Error,
    ProviderEvents.Stale,
    ProviderEvents.ConfigurationChanged,
  ]) {
    client.addHandler(name, (details) => {
      const changed = (details as { flagsChanged?: string[] } | undefined)?.flagsChanged;
      told.push(changed === undefined ? name : `${name} ${changed.join()}`);
    });
  }
  // The SDK's own provider, which was there before, is ready at once.
  told.length = 0;
  return { provider, platform, stream, client, told };
}

describe('events', () => {
  test('READY, CONFIGURATION_CHANGED with the keys, STALE, READY again', async () => {
    const { provider, platform, stream, told, client } = start(
      { maxAge: 1000 },
      snapshotEvent(snapshotOf(1, { a: false })),
    );
    const set = OpenFeature.setProviderAndWait(provider);
    await platform.pass(0);
    await set;
    stream.write(
      changeEvent({
        oldVersion: 1,
        version: 2,
        flags: { a: flagOf(true), b: flagOf(true) },
        segments: {},
      } as never),
    );
    await platform.pass(500);
    expect(await client.getBooleanValue('a', false)).toBe(true);
    await platform.pass(5000);
    stream.write(':\n');
    await platform.pass(0);
    expect(told).toEqual([
      'PROVIDER_READY',
      'PROVIDER_CONFIGURATION_CHANGED a,b',
      'PROVIDER_STALE',
      'PROVIDER_READY',
    ]);
    await OpenFeature.clearProviders();
    expect(platform.waits()).toEqual([]);
    expect(provider.client.status().state).toBe('closed');
  });

  test('ERROR if none came in time, READY when it comes', async () => {
    const { provider, platform, stream, told, client } = start({ readyWithin: 3000 });
    const set = OpenFeature.setProviderAndWait(provider);
    set.catch(() => undefined);
    await platform.pass(3000);
    await expect(set).rejects.toThrow('no snapshot within 3000 ms');
    expect(await client.getBooleanValue('a', true)).toBe(true);
    stream.write(snapshotEvent(snapshotOf(1, { a: false })));
    await platform.pass(0);
    expect(await client.getBooleanValue('a', true)).toBe(false);
    expect(told).toEqual(['PROVIDER_ERROR', 'PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED a']);
  });
});

test('a client that is given stays its owner’s', async () => {
  const own = new FeatureClient({ offline: GHERKIN as never });
  const provider = new FeatureFlagsProvider(own);
  const client = await clientOf(provider);
  expect(await client.getStringValue('string-flag', '')).toBe('hi');
  await OpenFeature.clearProviders();
  expect(own.status().state).toBe('ready');
  await own.close();
});

test('tracking counts conversions with their value', async () => {
  const { provider, platform, client } = start({ events: true }, snapshotEvent(snapshotOf(1, {})));
  const set = OpenFeature.setProviderAndWait(provider);
  await platform.pass(0);
  await set;
  client.track('purchase', { targetingKey: 'u1' }, { value: 9.5, currency: 'EUR' });
  await platform.pass(10_000);
  const { body } = platform.requests.at(-1) as { body: string };
  expect(JSON.parse(body)).toMatchObject({
    events: [{ kind: 'conversion', event: 'purchase', count: 1, sum: 9.5 }],
  });
  expect(body).not.toContain('u1');
});
