import {
  isJsonObject,
  parseSnapshot,
  type Json,
  type JsonObject,
  type Snapshot,
} from '@featureflags/core';

import { changedFlags } from './difference.ts';
import { looksOf, type Looks } from './attributes.ts';
import { reasonOf, type Reports } from './reports.ts';

/** Where a snapshot came from. */
export type Origin = 'bootstrap' | 'disk' | 'network' | 'file';

/** The snapshot in use, with all that is known of it. Replaced as a whole. */
export interface Held {
  readonly snapshot: Snapshot;
  readonly document: JsonObject;
  readonly origin: Origin;
  /** The tag of the answer that it came with; null if it came otherwise. */
  readonly etag: string | null;
  /** The id of the stream's event that it came with; undefined if it came otherwise. */
  readonly eventId: string | undefined;
  /** What each flag looks at; nothing if it is not among them. */
  readonly looks: ReadonlyMap<string, Looks>;
}

/** What a new snapshot comes with. */
export interface Arrival {
  readonly origin: Origin;
  readonly etag?: string | null;
  readonly eventId?: string | undefined;
  /** When it was known to be current, in milliseconds since 1970; undefined offline. */
  readonly at: number | undefined;
}

/** What the listeners are told of a swap. */
export interface Change {
  readonly version: number;
  /** The keys that changed, came, went or use a segment that changed; sorted. */
  readonly flags: readonly string[];
}

export type ChangeListener = (change: Change) => void;

/** How many of the things that are wrong with a document are told. */
const MAX_ISSUES = 3;

/** Holds the snapshot in use and swaps it by reference. */
export class Holder {
  /** Read by every evaluation. */
  held: Held | undefined;
  /** When the snapshot was last known to be current; undefined if there is none, or offline. */
  freshAt: number | undefined;
  readonly reports: Reports;
  readonly #changed = new Set<ChangeListener>();
  readonly #refreshed = new Set<() => void>();

  constructor(reports: Reports) {
    this.reports = reports;
  }

  /**
   * Takes a document in place of the one before, if the parser accepts it.
   * @returns undefined, or why it is refused
   */
  take(document: unknown, { origin, etag = null, eventId, at }: Arrival): string | undefined {
    const before = this.held;
    const { snapshot, issues } = parseSnapshot(document, before);
    if (snapshot === undefined) {
      const shown = issues.slice(0, MAX_ISSUES).map(({ path, message }) => `${path}: ${message}`);
      const more =
        issues.length > MAX_ISSUES ? ` and ${String(issues.length - MAX_ISSUES)} more` : '';
      return shown.join('; ') + more;
    }
    this.held = {
      snapshot,
      document: document as JsonObject,
      origin,
      etag,
      eventId,
      looks: looksOf(snapshot),
    };
    this.freshAt = at;
    for (const [key, { errorMessage }] of snapshot.refused) {
      this.reports.once(
        `the flag ${key} needs a newer client and serves defaults: ${errorMessage}`,
      );
    }
    this.#tell({ version: snapshot.version, flags: changedFlags(before, this.held) });
    return undefined;
  }

  /** The snapshot in use was just known to be current. */
  refresh(now: number): void {
    this.freshAt = now;
    this.#tellRefreshed();
  }

  /** Calls after each swap; returns how to stop. */
  onChange(listener: ChangeListener): () => void {
    return added(this.#changed, listener);
  }

  /** Calls when the snapshot in use was known to be current again; returns how to stop. */
  onRefresh(listener: () => void): () => void {
    return added(this.#refreshed, listener);
  }

  #tell(change: Change): void {
    // A list of its own: a listener that is added meanwhile, perhaps by another, hears of the next.
    const listeners = [...this.#changed];
    for (const listener of listeners) {
      // One that was stopped meanwhile hears of nothing.
      if (!this.#changed.has(listener)) continue;
      try {
        listener(change);
      } catch (error) {
        const message = `a listener of onChange threw: ${reasonOf(error)}`;
        this.reports.once(message, 'error', 'a listener of onChange threw');
      }
    }
    this.#tellRefreshed();
  }

  #tellRefreshed(): void {
    const listeners = [...this.#refreshed];
    for (const listener of listeners) listener();
  }
}

/** Each call is a listener of its own, also with the same function. */
function added<T extends (...words: never) => void>(set: Set<T>, listener: T): () => void {
  const own = ((...words) => {
    listener(...words);
  }) as T;
  set.add(own);
  return () => void set.delete(own);
}

/** A change as streams tell it. */
export interface Delta {
  readonly environment: Json | undefined;
  readonly oldVersion: Json | undefined;
  readonly version: Json | undefined;
  readonly flags: JsonObject;
  readonly segments: JsonObject;
}

/** Reads the data of a `change` event; undefined if it is none. */
export function readDelta(data: unknown): Delta | undefined {
  if (!isJsonObject(data)) return undefined;
  const { environment, oldVersion, version, flags, segments } = data;
  if (!isJsonObject(flags) || !isJsonObject(segments)) return undefined;
  return { environment, oldVersion, version, flags, segments };
}

/** The document after a change; undefined if the change does not follow on it. */
export function patched(held: Held | undefined, delta: Delta): JsonObject | undefined {
  const { environment, oldVersion, version } = delta;
  // On disk may be a version of the same number and of other data.
  if (held?.origin !== 'network' || version === undefined) return undefined;
  const { document, snapshot } = held;
  if (snapshot.version !== oldVersion) return undefined;
  if (environment !== undefined && environment !== snapshot.environment) return undefined;
  return {
    ...document,
    version,
    flags: merged(document['flags'], delta.flags),
    segments: merged(document['segments'], delta.segments),
  };
}

/** Members with others in their place; null takes one away. */
function merged(members: Json | undefined, news: JsonObject): JsonObject {
  const entries = Object.entries({ ...(members as JsonObject | undefined), ...news });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
