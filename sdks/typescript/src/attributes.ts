import type { Snapshot } from '@featureflags/core';

type Flag = Snapshot['flags'] extends ReadonlyMap<string, infer F> ? F : never;
type Rule = Flag['rules'][number];
type Condition = Rule['conditions'][number];
type Salted = Pick<NonNullable<Rule['rollout']>, 'by'> | undefined;

/** What a flag looks at in a context: so much of it has to be made ready for an evaluation. */
export interface Looks {
  /** The attributes that conditions and buckets name; undefined if they are many. */
  readonly names: readonly string[] | undefined;
  /** True if `now` is one of them. */
  readonly atNow: boolean;
  /** True if the targeting key is one of them, as any attribute can be. */
  readonly atKey: boolean;
  /** True if the targeting key is compared, with targets or a segment's lists. */
  readonly comparesKey: boolean;
}

/** More names than this are looked up slower than all attributes of most contexts are gone through. */
const MANY = 8;

/** Stands among the names for the targeting key where it is compared; no attribute is called so. */
const COMPARED = '';

/** What the flags of a snapshot look at; those that look at nothing but the targeting key's bucket are left out. */
export function looksOf(snapshot: Snapshot): ReadonlyMap<string, Looks> {
  const gathered = new Map<string, ReadonlySet<string>>();
  const looks = new Map<string, Looks>();
  for (const key of snapshot.flags.keys()) {
    const names = gather(key, snapshot, gathered);
    if (names.size > 0) looks.set(key, madeOf(names));
  }
  return looks;
}

function madeOf(all: ReadonlySet<string>): Looks {
  const names = [...all].filter((name) => name !== COMPARED);
  return {
    names: names.length > MANY ? undefined : names,
    atNow: all.has('now'),
    atKey: all.has('targetingKey') || all.has('user_id'),
    comparesKey: all.has(COMPARED),
  };
}

/** All names that the evaluation of a flag can come to, those of required flags too. */
function gather(
  key: string,
  snapshot: Snapshot,
  gathered: Map<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const known = gathered.get(key);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const flag = snapshot.flags.get(key);
  if (flag !== undefined) addFlag(flag, snapshot, names);
  // A snapshot is only made if no flag requires itself.
  for (const required of flag?.requires ?? []) {
    for (const name of gather(required.flag, snapshot, gathered)) names.add(name);
  }
  gathered.set(key, names);
  return names;
}

function addFlag({ targets, rules, fallback }: Flag, snapshot: Snapshot, names: Set<string>): void {
  if (targets !== undefined) names.add(COMPARED);
  for (const { conditions, rollout, serve } of rules) {
    addConditions(conditions, snapshot, names);
    addBucket(rollout, names);
    addBucket(serve.split, names);
  }
  addBucket(fallback.serve.split, names);
}

/** Buckets take the targeting key from the context's head, not from among its attributes. */
function addBucket(salted: Salted, names: Set<string>): void {
  if (salted !== undefined && salted.by.name !== 'targetingKey') addName(salted.by.name, names);
}

function addConditions(
  conditions: readonly Condition[],
  snapshot: Snapshot,
  names: Set<string>,
): void {
  for (const condition of conditions) {
    if (condition.kind !== 'segment') addName(condition.attribute.name, names);
    else addSegment(condition.segment, snapshot, names);
  }
}

function addSegment(key: string, snapshot: Snapshot, names: Set<string>): void {
  names.add(COMPARED);
  // Segments name no segments.
  for (const group of snapshot.segments.get(key)?.any ?? []) addConditions(group, snapshot, names);
}

/** The first step of a dotted name is what a context has. */
function addName(name: string, names: Set<string>): void {
  names.add(name);
  const dot = name.indexOf('.');
  if (dot > 0) names.add(name.slice(0, dot));
}
