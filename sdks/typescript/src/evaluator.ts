import {
  createContext,
  evaluate,
  explain,
  type Json,
  type Result,
  type Snapshot,
  type Trace,
} from '@featureflags/core';

import { fullContext, userContextOf } from './context.ts';
import {
  detailsOf,
  failed,
  isServed,
  typed,
  type Answer,
  type Details,
  type Standing,
  type Wanted,
} from './details.ts';
import type { Events } from './events.ts';
import type { Holder } from './holder.ts';
import type { Settings } from './options.ts';
import { overridden, type Overrides } from './overrides.ts';
import { TooLarge } from './plain.ts';
import { reasonOf } from './reports.ts';
import { ageOf } from './staleness.ts';

/** An evaluation with the steps that led to it: section 2 of spec/evaluation.md. */
export interface Explained {
  readonly result: Answer;
  readonly trace: Trace;
}

/** What evaluations need. */
export interface Means {
  readonly holder: Holder;
  readonly overrides: Overrides;
  /** Undefined if nothing is counted. */
  readonly events: Events | undefined;
  readonly settings: Settings;
  readonly now: () => number;
}

/** Answers from the snapshot in use. Nothing here throws, waits or does I/O. */
export class Evaluator {
  readonly #means: Means;
  readonly #holder: Holder;
  readonly #overrides: Overrides;
  readonly #now: () => number;
  /** True if only the snapshot and overrides decide what isEnabled says. */
  readonly #isSimple: boolean;

  constructor(means: Means) {
    const { maxAge, stalePolicy } = means.settings;
    this.#means = means;
    this.#holder = means.holder;
    this.#overrides = means.overrides;
    this.#now = means.now;
    const canBeRefused = maxAge !== undefined && stalePolicy === 'default';
    this.#isSimple = !canBeRefused && means.events === undefined;
  }

  isEnabled(key: string, userId: unknown, attributes: unknown): boolean {
    const { held } = this.#holder;
    try {
      if (held === undefined || !this.#isSimple || this.#overrides.active !== undefined) {
        return this.#isEnabledSlowly(key, userId, attributes);
      }
      const context = userContextOf(userId, attributes, held.looks.get(key), this.#now);
      return context !== undefined && isOn(held.snapshot, evaluate(held.snapshot, key, context));
    } catch (error) {
      this.#unforeseen(key, error);
      return false;
    }
  }

  /** The value, with the default in its place if anything is wrong, and all that is known of it. */
  resolve<T>(key: string, fallback: T, context: unknown, wanted: Wanted): Details<T> {
    return detailsOf(this.#answer(key, undefined, context, wanted), fallback, this.standing());
  }

  /** The value alone, or the default. */
  value<T>(key: string, fallback: T, context: unknown, wanted: Wanted): T {
    const answer = this.#answer(key, undefined, context, wanted);
    return isServed(answer) ? (answer.value as T) : fallback;
  }

  explain(key: string, context: unknown): Explained {
    const { held } = this.#holder;
    const value = this.#overrides.active?.get(key);
    if (value !== undefined) return { result: overridden(key, value), trace: [] };
    if (held === undefined) return { result: notReady(key), trace: [] };
    try {
      const attributes = fullContext(context, this.#now);
      if (attributes === undefined) return { result: noContext(key), trace: [] };
      return explain(held.snapshot, key, createContext(attributes));
    } catch (error) {
      return { result: this.#unforeseen(key, error), trace: [] };
    }
  }

  all(context: unknown): Record<string, Details<Json | undefined>> {
    const { held } = this.#holder;
    const { flags, refused } = held?.snapshot ?? {
      flags: new Map<string, never>(),
      refused: new Map<string, never>(),
    };
    const overrides = this.#overrides.active?.keys() ?? [];
    const keys = new Set([...flags.keys(), ...refused.keys(), ...overrides]);
    const standing = this.standing();
    const entries = [...keys].toSorted().map((key) => {
      const answer = this.#judged(key, undefined, context);
      return [key, detailsOf(answer, undefined, standing)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** What is known of the snapshot in use. */
  standing(): Standing {
    const { held } = this.#holder;
    if (held === undefined) return NO_STANDING;
    const { version } = held.snapshot;
    const age = ageOf(this.#holder, this.#now);
    return age === undefined
      ? { version, stale: false }
      : { version, age, stale: age >= (this.#means.settings.maxAge ?? Infinity) };
  }

  #isEnabledSlowly(key: string, userId: unknown, attributes: unknown): boolean {
    const { held } = this.#holder;
    const answer = this.#answer(key, userId, attributes, 'any');
    if (!isServed(answer)) return false;
    if (typeof answer.value === 'boolean') return answer.value;
    const isOverridden = this.#overrides.active?.has(key) === true;
    return isOverridden || (held !== undefined && isOn(held.snapshot, answer));
  }

  /** The answer, of the type that was asked for and counted as served. */
  #answer(key: string, userId: unknown, attributes: unknown, wanted: Wanted): Answer {
    const answer = typed(this.#judged(key, userId, attributes), wanted);
    const { variant } = answer;
    if (variant !== undefined) this.#means.events?.exposed(key, variant);
    return answer;
  }

  /** Overrides and the age have their say before and after the evaluation. */
  #judged(key: string, userId: unknown, attributes: unknown): Answer {
    try {
      const value = this.#overrides.active?.get(key);
      if (value !== undefined) return overridden(key, value);
      const { held } = this.#holder;
      if (held === undefined) return notReady(key);
      const { stalePolicy, maxAge } = this.#means.settings;
      const context = userContextOf(userId, attributes, held.looks.get(key), this.#now);
      if (context === undefined) return noContext(key);
      const result = evaluate(held.snapshot, key, context);
      if (stalePolicy === 'serve' || !isServed(result) || !this.standing().stale) return result;
      return stalePolicy === 'mark' ? { ...result, reason: 'STALE' } : tooOld(key, maxAge);
    } catch (error) {
      return this.#unforeseen(key, error);
    }
  }

  #unforeseen(key: string, error: unknown): Answer {
    const reason = reasonOf(error);
    if (error instanceof TooLarge) return failed(key, 'INVALID_CONTEXT', reason);
    // Once for all of them: each user can bring another, and with it what is nobody's to log.
    const message = `an evaluation failed, the default served: ${reason}`;
    this.#holder.reports.once(message, 'error', 'an evaluation failed');
    return failed(key, 'GENERAL', reason);
  }
}

const NO_STANDING: Standing = { stale: false };

/** A flag of another type than boolean is on if it serves something else than its `off`. */
function isOn({ flags }: Snapshot, result: Result | Answer): boolean {
  if (!isServed(result)) return false;
  const { value, key, reason, variant } = result;
  if (typeof value === 'boolean') return value;
  return reason !== 'DISABLED' && variant !== flags.get(key)?.off;
}

function notReady(key: string): Answer {
  return failed(key, 'PROVIDER_NOT_READY', 'there is no snapshot yet: wait with waitUntilReady');
}

function noContext(key: string): Answer {
  return failed(key, 'INVALID_CONTEXT', 'the context must be an object of attributes');
}

function tooOld(key: string, maxAge: number | undefined): Answer {
  return failed(key, 'GENERAL', `the snapshot is older than maxAge, ${String(maxAge)} ms`);
}
