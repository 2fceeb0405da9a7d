// The TypeScript client, against the same flags written by hand, and its OpenFeature provider
// against the provider that comes with OpenFeature's SDK.
//
//   node bench/src/client.bench.ts      (Node 24 or later, or Bun)

import type { JsonObject } from '@featureflags/core';
import { InMemoryProvider, OpenFeature, type Provider } from '@openfeature/server-sdk';
import { FeatureClient } from 'featureflags-client';
import { FeatureFlagsProvider } from 'featureflags-client/openfeature';

import type { ByHand, User } from './by-hand.ts';
import { documentOf, kindAt, kinds } from './flags.ts';
import { medians, type Contender } from './rounds.ts';
import { misses, table, type Row } from './table.ts';

const USERS = 10_000;
const BULK = 100;
/** `isEnabled` against the limit. */
const LIMIT_RATIO = 2;
/** What our provider may cost beside what OpenFeature's SDK itself costs. */
const PROVIDER_RATIO = 0.03;
/** Evaluations of OpenFeature in one round: each is some 10 µs. */
const PROVIDER_USERS = 500;
const PROVIDER_ROUNDS = 15;

interface Person {
  readonly id: string;
  readonly attributes: JsonObject;
  readonly context: JsonObject;
  readonly remembering: User;
  readonly forgetful: User;
}

/** Measures all scenarios. */
async function run(): Promise<Row[]> {
  return [...versusLimit(), await versusProvider()];
}

function versusLimit(): Row[] {
  const { document, keys } = documentOf(BULK);
  const client = new FeatureClient({ offline: document });
  const byHand = new Map(keys.map((key, index) => [key, kindAt(index).byHand(key)]));
  const people = Array.from({ length: USERS }, (_, index) => personAt(index));
  const flags = { client, byHand };
  const times = medians(
    [
      ...keys.slice(0, kinds.length).map((key) => contenders([key], flags, people)),
      contenders(keys, flags, people.slice(0, 1)),
    ].flat(),
  );
  const names = [...kinds.map(({ name }) => name), `E ${String(BULK)} flags for one user`];
  const rows = names.map((name, index) => {
    const [limit = 0, forgetful = 0, isEnabled = 0, value = 0, details = 0] = times.slice(
      index * 5,
    );
    const figures = { 'by hand': limit, 'no memory': forgetful, isEnabled, value, details };
    // isEnabled is given a user and no context that could remember a hash: only where one user has
    // many flags is the limit that remembers it. A is a look-up alone and only shown.
    const score = isEnabled / (index === kinds.length ? limit : forgetful);
    return { name, unit: 'ns', figures, score, target: index === 0 ? undefined : LIMIT_RATIO };
  });
  return [...rows, ...rows.map((row, index) => rateOf(row, index < kinds.length ? 1 : BULK))];
}

/** The same as millions of evaluations a second. */
function rateOf({ name, figures }: Row, flags: number): Row {
  const rates = Object.entries(figures).map(
    ([column, time]) => [column, (flags * 1000) / time] as const,
  );
  const score = (figures['by hand'] ?? 0) / (figures['isEnabled'] ?? 0);
  return { name, unit: 'M/s', figures: Object.fromEntries(rates), score, target: undefined };
}

interface Flags {
  readonly client: FeatureClient;
  readonly byHand: ReadonlyMap<string, ByHand>;
}

function contenders(
  keys: readonly string[],
  { client, byHand }: Flags,
  people: readonly Person[],
): Contender[] {
  const operations = people.length;
  const count = (weigh: (key: string, person: Person) => number) => (): number => {
    let sum = 0;
    for (const person of people) for (const key of keys) sum += weigh(key, person);
    return sum;
  };
  // As in evaluate.bench.ts: the closure is found by its key, and gives its whole result.
  const byKey = (key: string, user: User): number => weightOf((byHand.get(key) as ByHand)(user));
  return [
    count((key, { remembering }) => byKey(key, remembering)),
    count((key, { forgetful }) => byKey(key, forgetful)),
    count((key, { id, attributes }) => Number(client.isEnabled(key, id, attributes))),
    count((key, { context }) => Number(client.boolean(key, false, context))),
    count((key, { context }) => weightOf(client.details(key, null, context))),
  ].map((each) => ({ operations, run: each }));
}

/** Reads the result, as whoever asked would. */
function weightOf({ variant }: { readonly variant?: string }): number {
  return variant?.length ?? 0;
}

function personAt(index: number): Person {
  const id = `user-${String(index)}`;
  const attributes = {
    country: ['US', 'DE', 'CA', 'FR'][index % 4] as string,
    plan: index % 3 === 0 ? 'pro' : 'free',
    email: `${id}@example.com`,
  };
  const context = { targetingKey: id, ...attributes };
  const user = { attributes: context, keyHash: undefined };
  const [remembering, forgetful] = [
    { ...user, remembers: true },
    { ...user, remembers: false },
  ];
  return { id, attributes, context, remembering, forgetful };
}

/**
 * What our provider costs beside what OpenFeature's SDK does around it. Both are measured by
 * themselves: through the SDK the few nanoseconds would be lost in the noise of its own.
 */
async function versusProvider(): Promise<Row> {
  const { document, keys } = documentOf(kinds.length);
  const [, key = ''] = keys;
  const variants = { on: true, off: false };
  const memory = new InMemoryProvider({
    [key]: { variants, defaultVariant: 'on', disabled: false },
  });
  const ours = new FeatureFlagsProvider({ offline: document });
  const contexts = Array.from({ length: USERS }, (_, index) => personAt(index).context);
  const count = (provider: Provider) => (): number => {
    let sum = 0;
    for (const context of contexts) {
      const resolved = provider.resolveBooleanEvaluation(key, false, context as never, console);
      if (resolved instanceof Promise) sum += 1;
    }
    return sum;
  };
  const [memoryTime = 0, oursTime = 0] = medians(
    [memory, ours].map((provider) => ({ operations: USERS, run: count(provider) })),
  );
  const sdk = (await sdkTime(memory, key)) - memoryTime;
  const figures = { 'the SDK': sdk, 'in memory': memoryTime, ours: oursTime };
  return {
    name: 'OpenFeature provider, B',
    unit: 'ns',
    figures,
    score: oursTime / sdk,
    target: PROVIDER_RATIO,
  };
}

/** Nanoseconds an evaluation through the SDK: the median of its rounds. */
async function sdkTime(provider: Provider, key: string): Promise<number> {
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  const times: number[] = [];
  for (let round = 0; round < PROVIDER_ROUNDS; round += 1) {
    const begun = performance.now();
    for (let index = 0; index < PROVIDER_USERS; index += 1) {
      await client.getBooleanValue(key, false, { targetingKey: `user-${String(index)}` });
    }
    times.push(((performance.now() - begun) * 1_000_000) / PROVIDER_USERS);
  }
  await OpenFeature.close();
  return times.toSorted((a, b) => a - b)[times.length >> 1] as number;
}

const rows = await run();
console.log(table(rows));
if (rows.some(misses)) console.log('\nNot all targets are met.');
