import {
  emptyObject,
  parseSnapshot,
  snapshotDocument,
  type Issue,
  type JsonObject,
  type Snapshot,
  type Source,
} from '@featureflags/core';

import { Problem } from './errors.ts';
import { itemOf, type State } from './state.ts';

/** One environment's snapshot changed. */
export interface SnapshotChange {
  readonly environment: string;
  /** Undefined if the environment is new. */
  readonly oldVersion: number | undefined;
  /** Undefined if the environment is gone. */
  readonly version: number | undefined;
  /** What changed, as it is now in its explicit form; null is "no longer there". */
  readonly flags: JsonObject;
  readonly segments: JsonObject;
}

export type SnapshotListener = (change: SnapshotChange) => void;

/** A state with its snapshots, not served yet. */
export interface Prepared {
  readonly state: State;
  readonly sources: ReadonlyMap<string, Source>;
}

/** Why a state cannot be served in one of its environments. */
export class SnapshotIssues extends Error {
  readonly environment: string;
  readonly issues: readonly Issue[];

  constructor(environment: string, issues: readonly Issue[]) {
    const [first] = issues;
    super(`${environment}: ${first?.path ?? ''}: ${first?.message ?? ''}`);
    this.name = 'SnapshotIssues';
    this.environment = environment;
    this.issues = issues;
  }
}

/** THE read path: what is served, in memory, swapped by reference. */
export class Snapshots {
  #state: State;
  #sources: ReadonlyMap<string, Source>;
  readonly #listeners = new Set<SnapshotListener>();

  private constructor(state: State, sources: ReadonlyMap<string, Source>) {
    this.#state = state;
    this.#sources = sources;
  }

  /** @throws SnapshotIssues if the state cannot be served, which no store should ever hold */
  static of(state: State): Snapshots {
    return new Snapshots(state, buildSources(state, new Map()));
  }

  /** All that is kept, as it was when the snapshots were made. */
  get state(): State {
    return this.#state;
  }

  /** @throws ENVIRONMENT_NOT_FOUND */
  current(environment: string): Snapshot {
    return this.#source(environment).snapshot;
  }

  /** The snapshot in its explicit JSON. @throws ENVIRONMENT_NOT_FOUND */
  document(environment: string): JsonObject {
    return this.#source(environment).document;
  }

  /** Makes what serves another state. @throws SnapshotIssues if it cannot be served */
  prepare(state: State): Prepared {
    return { state, sources: buildSources(state, this.#sources) };
  }

  /** Serves what was prepared from now on and tells the listeners what is different. */
  swap({ state, sources }: Prepared): void {
    const before = this.#sources;
    this.#sources = sources;
    this.#state = state;
    for (const change of changesBetween(before, sources)) {
      for (const listener of this.#listeners) listener(change);
    }
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: SnapshotListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #source(environment: string): Source {
    const source = this.#sources.get(environment);
    if (source !== undefined) return source;
    const known = [...this.#sources.keys()].join(', ');
    const detail = `There is no environment ${JSON.stringify(environment)}; there is: ${known}`;
    throw new Problem('ENVIRONMENT_NOT_FOUND', detail);
  }
}

function buildSources(
  state: State,
  earlier: ReadonlyMap<string, Source>,
): ReadonlyMap<string, Source> {
  const sources = new Map<string, Source>();
  for (const environment of state.project.environments) {
    const version = itemOf(state, 'environment', environment)?.version ?? 0;
    const before = earlier.get(environment);
    const isSame = before?.snapshot.version === version;
    const source = isSame ? before : buildSource(state, environment, version, before);
    sources.set(environment, source);
  }
  return sources;
}

function buildSource(
  state: State,
  environment: string,
  version: number,
  earlier: Source | undefined,
): Source {
  const document = snapshotDocument(state.project, environment, version);
  const { snapshot, issues } = parseSnapshot(document, earlier);
  if (snapshot !== undefined && issues.length === 0) return { snapshot, document };
  throw new SnapshotIssues(environment, issues);
}

function changesBetween(
  before: ReadonlyMap<string, Source>,
  after: ReadonlyMap<string, Source>,
): SnapshotChange[] {
  const environments = new Set([...before.keys(), ...after.keys()]);
  return [...environments]
    .filter((environment) => before.get(environment) !== after.get(environment))
    .map((environment) => {
      const [old, now] = [before.get(environment), after.get(environment)];
      return {
        environment,
        oldVersion: old?.snapshot.version,
        version: now?.snapshot.version,
        flags: changedMembers(old?.document, now?.document, 'flags'),
        segments: changedMembers(old?.document, now?.document, 'segments'),
      };
    });
}

/** Unchanged members are the very same objects, so that no comparison need go deeper. */
function changedMembers(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  name: 'flags' | 'segments',
): JsonObject {
  const old = (before?.[name] ?? emptyObject()) as JsonObject;
  const now = (after?.[name] ?? emptyObject()) as JsonObject;
  const changed = emptyObject();
  for (const key of [...Object.keys(old), ...Object.keys(now)]) {
    if (old[key] !== now[key]) changed[key] = now[key] ?? null;
  }
  return changed;
}
