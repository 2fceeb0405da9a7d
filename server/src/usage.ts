import type { Project, Result } from '@featureflags/core';

import { fromStore } from './from-store.ts';
import type { Log } from './log.ts';
import type { SnapshotChange } from './snapshots.ts';
import type { Count, Counted, ExposureCount, Store, Tallies, Tally } from './stores/store.ts';

/** Evaluations of a variant that are not stored yet. */
interface Pending {
  count: number;
  /** Unix time in milliseconds. */
  last: number;
}

/** By flag, then by variant. */
type PendingFlags = Map<string, Map<string, Pending>>;

/** What usage is counted with. */
export interface UsageParts {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Which variants are served, and what happens then: numbers, nobody's keys. What the server
 * evaluates is counted in memory and stored now and then, so that no evaluation waits for a store.
 */
export class Usage {
  readonly #parts: UsageParts;
  /** By environment. No larger than the flags and variants that there are. */
  #pending = new Map<string, PendingFlags>();
  #storing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(parts: UsageParts) {
    this.#parts = parts;
  }

  /**
   * Counts an answer of the server; an error is none.
   * @param time of the answer, Unix time in milliseconds
   */
  evaluated(environment: string, result: Result, time: number): void {
    if (result.reason === 'ERROR') return;
    const flags = this.#pending.get(environment);
    const pending = flags?.get(result.key)?.get(result.variant);
    if (pending === undefined) {
      this.#put(environment, result, { count: 1, last: time });
      return;
    }
    pending.count += 1;
    pending.last = time;
  }

  /**
   * Counts what clients report.
   * @throws STORE_UNAVAILABLE, with nothing counted
   */
  async report(environment: string, counts: readonly Count[]): Promise<Counted> {
    const failed = 'Nothing was counted: the store does not take it';
    return fromStore(() => this.#count(environment, counts), failed);
  }

  /** All that was counted in an environment up to now. @throws STORE_UNAVAILABLE */
  async tallies(environment: string): Promise<Tallies> {
    // What is just being stored is neither pending nor stored.
    await this.#storing;
    const { store } = this.#parts;
    const stored = await fromStore(() => store.tallies(environment), 'The counts cannot be read');
    return withPending(stored, this.#pending.get(environment) ?? new Map());
  }

  /**
   * Forgets what is not stored yet of what is gone: whatever has its name next is another.
   * @param project as it is after the change
   */
  forget({ environment, version, flags }: SnapshotChange, project: Project): void {
    if (version === undefined) this.#pending.delete(environment);
    const pending = this.#pending.get(environment);
    // An archived flag is not served any more either, but it is still there.
    for (const key of Object.keys(flags)) if (!(key in project.flags)) pending?.delete(key);
  }

  /** Stores what the server evaluated; what cannot be stored waits for the next time. */
  store(): Promise<void> {
    this.#storing = this.#storing.then(() => this.#store());
    return this.#storing;
  }

  async #store(): Promise<void> {
    const taken = this.#pending;
    this.#pending = new Map();
    for (const [environment, flags] of taken) {
      try {
        await this.#count(environment, countsOf(flags));
        this.#tell(undefined);
      } catch (error) {
        this.#putBack(environment, flags);
        this.#tell(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #count(environment: string, counts: readonly Count[]): Promise<Counted> {
    const { store, now } = this.#parts;
    return store.count(environment, counts, now().toISOString());
  }

  #putBack(environment: string, flags: PendingFlags): void {
    for (const [key, variants] of flags) {
      for (const [variant, pending] of variants) this.#put(environment, { key, variant }, pending);
    }
  }

  #put(
    environment: string,
    { key, variant }: { readonly key: string; readonly variant: string },
    added: Pending,
  ): void {
    const flags = entry(this.#pending, environment, newMap<string, Map<string, Pending>>);
    const variants = entry(flags, key, newMap<string, Pending>);
    const { count, last } = variants.get(variant) ?? { count: 0, last: 0 };
    variants.set(variant, { count: count + added.count, last: Math.max(last, added.last) });
  }

  /** Once when it begins to fail, and once when it is over. */
  #tell(error: Error | undefined): void {
    const isFailing = error !== undefined;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    const { log } = this.#parts;
    if (!isFailing) log.info('evaluations are stored again');
    else {
      const message = `${error.message}. They wait in memory until it can; a server that stops before loses them.`;
      log.warn('evaluations cannot be stored', { message });
    }
  }
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

function countsOf(flags: PendingFlags): ExposureCount[] {
  return [...flags].flatMap(([flag, variants]) =>
    [...variants].map(([variant, pending]) => ({
      kind: 'exposure' as const,
      flag,
      variant,
      ...tallyOf(pending),
    })),
  );
}

function tallyOf({ count, last }: Pending): Tally {
  return { count, last: new Date(last).toISOString() };
}

function withPending({ flags, conversions }: Tallies, pending: PendingFlags): Tallies {
  const all = new Map([...flags].map(([key, variants]) => [key, new Map(variants)]));
  for (const { flag, variant, count, last } of countsOf(pending)) {
    const variants = entry(all, flag, newMap<string, Tally>);
    const stored = variants.get(variant);
    variants.set(variant, {
      count: (stored?.count ?? 0) + count,
      last: stored === undefined || stored.last < last ? last : stored.last,
    });
  }
  return { flags: all, conversions };
}
