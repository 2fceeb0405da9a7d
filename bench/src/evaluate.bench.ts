// Evaluation in process, against the same flags written by hand.
//
//   node bench/src/evaluate.bench.ts      (Node 24 or later, or Bun)

import {
  createContext,
  evaluate,
  parseSnapshot,
  type Context,
  type JsonObject,
  type Result,
  type Snapshot,
} from '@featureflags/core';

import type { ByHand, User } from './by-hand.ts';
import { documentOf, kindAt, kinds } from './flags.ts';
import { medians, type Contender } from './rounds.ts';
import { misses, table, type Row } from './table.ts';

const USERS = 10_000;
const BULK = 100;
const FEW = 10;
const MANY = 10_000;

/** At most so much slower than the limit; A is a look-up alone and only shown. */
const LIMIT_RATIO = 1.5;
const PARSE_MS = 150;
/** Ten flags in a snapshot of many against ten alone; the rest is noise. All of many in turn are
 * slower and only shown: each misses the processor's caches. */
const GROWTH_RATIO = 1.25;

/** The same flags in both forms. */
interface Flags {
  readonly keys: readonly string[];
  readonly snapshot: Snapshot;
  readonly byHand: ReadonlyMap<string, ByHand>;
}

/** The same people in each form that is needed. */
interface People {
  readonly contexts: readonly Context[];
  readonly remembering: readonly User[];
  readonly forgetful: readonly User[];
}

/** Measures all scenarios. */
export async function run(): Promise<Row[]> {
  return [...versusLimit(), ...growth()];
}

function versusLimit(): Row[] {
  const flags = flagsOf(BULK);
  const people = peopleOf(USERS);
  const scenarios = [
    ...flags.keys
      .slice(0, kinds.length)
      .map((key) => contenders({ ...flags, keys: [key] }, people)),
    contenders(flags, peopleOf(1)),
  ];
  const times = medians(scenarios.flat());
  const names = [...kinds.map(({ name }) => name), `E ${String(BULK)} flags for one user`];
  return names.map((name, index) => {
    const [limit = 0, forgetful = 0, core = 0] = times.slice(index * 3);
    const target = index === 0 ? undefined : LIMIT_RATIO;
    const figures = { 'by hand': limit, 'no memory': forgetful, core };
    return { name, unit: 'ns', figures, score: core / limit, target };
  });
}

/** The three who do the same work: by hand, by hand without memory of the key's hash, and core. */
function contenders(flags: Flags, people: People): Contender[] {
  const operations = people.contexts.length;
  check(flags, people);
  return [
    { operations, run: () => sumByHand(flags, people.remembering) },
    { operations, run: () => sumByHand(flags, people.forgetful) },
    { operations, run: () => sumOfCore(flags, people.contexts) },
  ];
}

function sumByHand({ keys, byHand }: Flags, users: readonly User[]): number {
  let sum = 0;
  for (const user of users) {
    for (const key of keys) sum += weightOf((byHand.get(key) as ByHand)(user));
  }
  return sum;
}

function sumOfCore({ keys, snapshot }: Flags, contexts: readonly Context[]): number {
  let sum = 0;
  for (const context of contexts) {
    for (const key of keys) sum += weightOf(evaluate(snapshot, key, context));
  }
  return sum;
}

/** Reads the result, as whoever asked would. */
function weightOf(result: Result): number {
  return result.reason === 'ERROR' ? 0 : result.variant.length;
}

/** Who does the same work must come to the same results. */
function check({ keys, byHand, snapshot }: Flags, { contexts, remembering }: People): void {
  for (const [index, user] of remembering.entries()) {
    for (const key of keys) {
      const core = JSON.stringify(evaluate(snapshot, key, contexts[index] as Context));
      const expected = JSON.stringify(byHand.get(key)?.(user));
      if (core !== expected) throw new Error(`${key}: core gave ${core}, by hand ${expected}`);
    }
  }
}

function growth(): Row[] {
  const { contexts } = peopleOf(USERS);
  const [few, many] = [flagsOf(FEW), flagsOf(MANY)];
  const fewOfMany = { ...many, keys: few.keys };
  const text = JSON.stringify(documentOf(MANY).document);
  const [ofFew = 0, ofMany = 0, all = 0, parse = 0] = medians([
    ...[few, fewOfMany, many].map((flags) => ({
      operations: USERS,
      run: () => walk(flags, contexts),
    })),
    { operations: 1, run: () => parsed(JSON.parse(text) as JsonObject).flags.size },
  ]);
  return [
    {
      name: `${String(FEW)} flags of ${String(MANY)}`,
      unit: 'ns',
      figures: { 'of so few': ofFew, 'of so many': ofMany, 'all of them': all },
      score: ofMany / ofFew,
      target: GROWTH_RATIO,
    },
    {
      name: `parse ${String(MANY)} flags`,
      unit: 'ms',
      figures: { core: parse / 1_000_000 },
      score: parse / 1_000_000,
      target: PARSE_MS,
    },
  ];
}

/** Each context asks for the next flag. */
function walk({ keys, snapshot }: Flags, contexts: readonly Context[]): number {
  let sum = 0;
  for (const [index, context] of contexts.entries()) {
    const key = keys[index % keys.length] as string;
    sum += weightOf(evaluate(snapshot, key, context));
  }
  return sum;
}

function flagsOf(count: number): Flags {
  const { document, keys } = documentOf(count);
  const byHand = new Map(keys.map((key, index) => [key, kindAt(index).byHand(key)]));
  return { keys, byHand, snapshot: parsed(document) };
}

function parsed(document: JsonObject): Snapshot {
  const { snapshot, issues } = parseSnapshot(document);
  if (snapshot === undefined) throw new Error(issues[0]?.message);
  return snapshot;
}

function peopleOf(count: number): People {
  const attributes = Array.from({ length: count }, (_, index) => attributesOf(index));
  const users = (remembers: boolean): User[] =>
    attributes.map((each) => ({ attributes: each, remembers, keyHash: undefined }));
  return {
    contexts: attributes.map(createContext),
    remembering: users(true),
    forgetful: users(false),
  };
}

function attributesOf(index: number): JsonObject {
  return {
    targetingKey: `user-${String(index)}`,
    country: ['US', 'DE', 'CA', 'FR'][index % 4] as string,
    plan: index % 3 === 0 ? 'pro' : 'free',
    email: `user-${String(index)}@example.com`,
  };
}

if (import.meta.main) {
  const rows = await run();
  console.log(table(rows));
  if (rows.some(misses)) console.log('\nNot all targets are met.');
}
