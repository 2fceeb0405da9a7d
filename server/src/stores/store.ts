import {
  emptyObject,
  explicitFlag,
  type FlagDefinition,
  type Json,
  type Project,
} from '@featureflags/core';

/** What a store keeps. */
export type ItemKind = 'flag' | 'segment' | 'environment';

/** One thing that is kept, with its history in short. Times are RFC 3339, UTC. */
export interface Item {
  readonly kind: ItemKind;
  readonly key: string;
  readonly value: Json;
  /**
   * The version of the commit that changed it last; for an environment, of the commit that changed
   * what is evaluated in it.
   */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** All that a store keeps, at one version. */
export interface Contents {
  /** Counts the commits: the first one makes version 1. */
  readonly version: number;
  /** In the order in which they were created. */
  readonly items: readonly Item[];
}

/** What a commit does to one item; null is "not there". */
export interface ItemChange {
  readonly kind: ItemKind;
  readonly key: string;
  readonly before: Json | null;
  readonly after: Json | null;
}

/** One change with its audit entry: they are the same record. */
export interface Commit {
  /** One more than the version of the contents that it was made for. */
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  /** The environment that was spoken of, where one was. */
  readonly environment?: string;
  readonly changes: readonly ItemChange[];
  /** The environments in which something is evaluated otherwise from now on. */
  readonly touches: readonly string[];
}

/** Which commits are asked for, the newest first. */
export interface AuditQuery {
  readonly kind?: ItemKind;
  readonly key?: string;
  /** Only commits before this version. */
  readonly before?: number;
  readonly limit: number;
}

/** How often something happened, and when last (RFC 3339, UTC). */
export interface Tally {
  readonly count: number;
  readonly last: string;
}

/** Something to be counted. */
export type Count = ExposureCount | ConversionCount;

interface Countable extends Tally {
  /** A count with an id is counted once; without one it is the server's own. */
  readonly id?: string;
}

/** A flag's variant was served. */
export interface ExposureCount extends Countable {
  readonly kind: 'exposure';
  readonly flag: string;
  readonly variant: string;
}

/** Something happened that experiments look at. */
export interface ConversionCount extends Countable {
  readonly kind: 'conversion';
  readonly event: string;
  readonly sum: number;
}

/** What became of counts; together they are as many as came. */
export interface Counted {
  readonly accepted: number;
  /** Those whose id was counted before. */
  readonly duplicates: number;
  /** Those of what there is not, and of conversions beyond {@link MAX_CONVERSIONS}. */
  readonly unknown: number;
}

/** What was counted in one environment. */
export interface Tallies {
  /** By flag, then by variant. */
  readonly flags: ReadonlyMap<string, ReadonlyMap<string, Tally>>;
  readonly conversions: ReadonlyMap<string, Tally & { readonly sum: number }>;
}

/** Names of conversions that are kept for an environment. */
export const MAX_CONVERSIONS = 1000;
/** Ids of counts that are remembered, and for how many milliseconds. */
export const COUNT_IDS: { readonly most: number; readonly age: number } = {
  most: 100_000,
  age: 24 * 60 * 60 * 1000,
};

/** The content was changed by another process, or by hand. */
export interface Watcher {
  readonly changed: () => void;
  /** What was found cannot be used; the last good content goes on. Undefined: it can be again. */
  readonly broken: (reason: string | undefined) => void;
}

/** Where flags are kept. stores/store.contract.ts is what every implementation must do. */
export interface Store {
  readonly kind: 'memory' | 'sqlite' | 'yaml';
  load(): Promise<Contents>;
  /**
   * Makes the changes and their audit entry durable, in one transaction.
   * @returns false, with nothing changed, if the store's version is not `commit.version - 1`
   */
  commit(commit: Commit): Promise<boolean>;
  audit(query: AuditQuery): Promise<Commit[]>;
  /**
   * Adds counts to what was counted, and remembers their ids, in one transaction. No commit: it has
   * no version and no audit entry. A commit that removes a flag or an environment removes its counts.
   * @param at RFC 3339, UTC: now
   */
  count(environment: string, counts: readonly Count[], at: string): Promise<Counted>;
  tallies(environment: string): Promise<Tallies>;
  /** Tells of changes that did not come through `commit` of this object. */
  watch(watcher: Watcher): void;
  /** @throws if the store does not answer */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A store that also keeps notes on itself: the second half of the YAML store. */
export interface NotedStore extends Store {
  note(name: string): string | undefined;
  setNote(name: string, value: string): void;
  /** Commits, and keeps a note in the same transaction. */
  commitWithNote(commit: Commit, name: string, value: string): boolean;
}

/** What the items say together. */
export function projectOf(items: readonly Item[]): Project {
  const flags = emptyObject<FlagDefinition>();
  const segments = emptyObject();
  const environments: string[] = [];
  for (const { kind, key, value } of items) {
    if (kind === 'flag') flags[key] = value as unknown as FlagDefinition;
    else if (kind === 'segment') segments[key] = value;
    else environments.push(key);
  }
  return { environments, flags, segments };
}

/** The environments in which something is evaluated otherwise after the changes. */
export function touchedEnvironments(
  environments: readonly string[],
  changes: readonly ItemChange[],
): string[] {
  const after = new Set(environments);
  for (const change of changes) {
    if (change.kind !== 'environment') continue;
    if (change.after === null) after.delete(change.key);
    else after.add(change.key);
  }
  return [...after].filter((environment) => changes.some((change) => touches(change, environment)));
}

function touches({ kind, key, before, after }: ItemChange, environment: string): boolean {
  if (kind === 'segment') return true;
  if (kind === 'environment') return key === environment;
  return servedFlag(before, environment) !== servedFlag(after, environment);
}

function servedFlag(value: Json, environment: string): string {
  const definition = value as unknown as FlagDefinition | null;
  if (definition === null || definition.archived) return '';
  return JSON.stringify(explicitFlag(definition, environment));
}

/** The contents after a commit: what every store must hold then. */
export function applied(contents: Contents, commit: Commit): Contents {
  const items = new Map(contents.items.map((item) => [itemId(item), item]));
  for (const change of commit.changes) {
    const id = itemId(change);
    const created = items.get(id)?.createdAt ?? commit.at;
    if (change.after === null) items.delete(id);
    else items.set(id, made(change.after, change, created, commit));
  }
  for (const key of commit.touches) {
    const item = items.get(itemId({ kind: 'environment', key }));
    if (item !== undefined) items.set(itemId(item), { ...item, version: commit.version });
  }
  return { version: commit.version, items: [...items.values()] };
}

function made(value: Json, { kind, key }: ItemChange, createdAt: string, commit: Commit): Item {
  return { kind, key, value, version: commit.version, createdAt, updatedAt: commit.at };
}

function itemId({ kind, key }: Pick<Item, 'kind' | 'key'>): string {
  return `${kind}/${key}`;
}
