import { setTimeout } from 'node:timers/promises';

import { inProject, type Issue } from '@featureflags/core';

import { checkArchived } from './archived.ts';
import type { Change } from './change.ts';
import { inBody } from './edit-flag.ts';
import { editsOf } from './edits.ts';
import { Problem } from './errors.ts';
import { fromStore } from './from-store.ts';
import { checkGuard } from './guards.ts';
import { invalidBody } from './invalid-body.ts';
import { SnapshotIssues, type Prepared, type Snapshots } from './snapshots.ts';
import { stateOf, type State } from './state.ts';
import {
  applied,
  touchedEnvironments,
  type Commit,
  type ItemChange,
  type Store,
} from './stores/store.ts';

/** How often a change is made anew because another process was faster. */
const ATTEMPTS = 20;
/** Milliseconds to wait before the next attempt, at most: at random, so that two do not keep step. */
const PAUSE = 50;

/** Who changes something, and when; how is the change's own. */
export interface Occasion {
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** True: say what would happen, and change nothing. */
  readonly dryRun?: boolean;
}

/** What a change did. */
export interface Outcome {
  readonly state: State;
  readonly changes: readonly ItemChange[];
}

/** THE write path: one change after the other, each durable before it is answered. */
export class Changes {
  readonly #store: Store;
  readonly #snapshots: Snapshots;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, snapshots: Snapshots) {
    this.#store = store;
    this.#snapshots = snapshots;
  }

  /**
   * Makes one change: edits, checks, commits, serves.
   * @throws a Problem if it is refused; then nothing has changed
   */
  apply(change: Change, occasion: Occasion): Promise<Outcome> {
    return this.#inTurn(() => this.#apply(change, occasion));
  }

  /** Reads the store anew, after others have written to it. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload());
  }

  /** Resolves when every change that was begun has ended. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #apply(change: Change, occasion: Occasion): Promise<Outcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const outcome = await this.#attempt(change, occasion);
      if (outcome !== undefined) return outcome;
      await this.#reload();
      await setTimeout(Math.random() * PAUSE);
    }
    const detail = `Others kept changing the store (${String(ATTEMPTS)} attempts). Try again.`;
    throw new Problem('STORE_UNAVAILABLE', detail, { headers: { 'retry-after': '1' } });
  }

  /** @returns undefined if the store had moved on */
  async #attempt(change: Change, occasion: Occasion): Promise<Outcome | undefined> {
    const { state } = this.#snapshots;
    checkGuard(state, change);
    const changes = editsOf(state, change).filter(isDifferent);
    if (changes.length === 0) return { state, changes };
    const commit = commitOf(state, change, changes, occasion);
    const next = stateOf(
      applied({ version: state.version, items: [...state.items.values()] }, commit),
    );
    const prepared = this.#prepare(change, next, changes);
    if (occasion.dryRun === true) return { state: next, changes };
    if (!(await this.#commit(commit))) return undefined;
    this.#snapshots.swap(prepared);
    return { state: next, changes };
  }

  #prepare(change: Change, state: State, changes: readonly ItemChange[]): Prepared {
    try {
      checkArchived(state, changes);
      return this.#snapshots.prepare(state);
    } catch (error) {
      throw error instanceof SnapshotIssues ? refusal(change, error) : error;
    }
  }

  #commit(commit: Commit): Promise<boolean> {
    const failed = 'Nothing was changed: the change could not be stored';
    return fromStore(() => this.#store.commit(commit), failed);
  }

  async #reload(): Promise<void> {
    const contents = await fromStore(() => this.#store.load(), 'The flags could not be read');
    this.#snapshots.swap(this.#snapshots.prepare(stateOf(contents)));
  }
}

function isDifferent({ before, after }: ItemChange): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function commitOf(
  state: State,
  change: Change,
  changes: readonly ItemChange[],
  { actor, at }: Occasion,
): Commit {
  return {
    version: state.version + 1,
    at,
    actor,
    action: change.action,
    ...('environment' in change ? { environment: change.environment } : {}),
    changes,
    touches: touchedEnvironments(state.project.environments, changes),
  };
}

/** Tells what is wrong in words of the change; what is wrong elsewhere means "still needed there". */
function refusal(change: Change, { environment, issues }: SnapshotIssues): Problem {
  const found = issues.map((issue) => inProject(issue, environment));
  if (change.action === 'import') return invalidBody(found);
  const collection = change.action.startsWith('segment') ? 'segments' : 'flags';
  const own = `/${collection}/${change.key}/`;
  const mine = found.filter(({ path }) => path.startsWith(own));
  if (mine.length === 0) return inUse(change, found);
  const target = 'environment' in change ? change.environment : '';
  return invalidBody(
    mine.map((issue) => inBody({ ...issue, path: issue.path.slice(own.length - 1) }, target)),
  );
}

function inUse(change: Change, issues: readonly Issue[]): Problem {
  const [first] = issues;
  const name = 'key' in change ? change.key : 'the project';
  const detail = `${name} is still needed: ${first?.path ?? ''}: ${first?.message ?? ''}. Nothing was changed.`;
  return new Problem('IN_USE', detail, { issues });
}
