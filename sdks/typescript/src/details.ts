import type { FlagType, Json, Metadata, Result, Served } from '@featureflags/core';

/** Why a value is what it is: those of OpenFeature's reasons that a client gives. */
export type Reason =
  'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'STALE' | 'ERROR';

/** What went wrong: those of OpenFeature's error codes that a client gives. */
export type ErrorCode =
  | 'FLAG_NOT_FOUND'
  | 'PARSE_ERROR'
  | 'TARGETING_KEY_MISSING'
  | 'TYPE_MISMATCH'
  | 'INVALID_CONTEXT'
  | 'PROVIDER_NOT_READY'
  | 'GENERAL';

/** An evaluation before anybody's default: what it served, or why not. */
export interface Answer {
  readonly key: string;
  /** Undefined if nothing was served. */
  readonly value?: Json;
  readonly variant?: string;
  readonly reason: Reason;
  readonly ruleId?: string;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly metadata: Metadata;
}

/** The value that a caller gets, with everything known about it. */
export interface Details<T = Json> extends Omit<Answer, 'value'> {
  readonly value: T;
  /** The version of the snapshot that answered; left out if there was none. */
  readonly version?: number;
  /** Milliseconds since the snapshot was last known to be current; left out offline. */
  readonly age?: number;
  /** True if that is more than `maxAge`. */
  readonly stale: boolean;
}

/** What is known of the snapshot that answered. */
export interface Standing {
  readonly version?: number;
  readonly age?: number;
  readonly stale: boolean;
}

/** What a caller may ask for: a flag of one type, or of any; or what no flag is, such as a list. */
export type Wanted = FlagType | 'any' | 'none';

/** `true` as a default asks for any boolean, and so on; null asks for anything. */
export type Widened<T> = T extends boolean
  ? boolean
  : T extends string
    ? string
    : T extends number
      ? number
      : T extends null | undefined
        ? Json
        : T;

const NO_METADATA: Metadata = {};

/** An answer that serves nothing. */
export function failed(key: string, errorCode: ErrorCode, errorMessage: string): Answer {
  return { key, reason: 'ERROR', errorCode, errorMessage, metadata: NO_METADATA };
}

/** True if something was served. Narrows the evaluator's results too. */
export function isServed(answer: Answer | Result): answer is Served {
  return answer.reason !== 'ERROR';
}

/** The type that a default asks for. */
export function wantedBy(fallback: unknown): Wanted {
  if (fallback === null || fallback === undefined) return 'any';
  const type = typeof fallback;
  if (type === 'boolean' || type === 'string' || type === 'number') return type;
  return type === 'object' && !Array.isArray(fallback) ? 'object' : 'none';
}

/** True if a value is what was asked for. */
function isWanted(value: Json | undefined, wanted: Wanted): boolean {
  if (wanted === 'any' || wanted === 'none') return wanted === 'any';
  if (wanted !== 'object') return typeof value === wanted;
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The answer, or an error if it is of another type than was asked for. */
export function typed(answer: Answer, wanted: Wanted): Answer {
  if (!isServed(answer) || isWanted(answer.value, wanted)) return answer;
  const asked = wanted === 'none' ? 'what no flag is' : wanted;
  const message = `${answer.key} is a flag of type ${typeof answer.value}, and ${asked} was asked for: ask with a default of its own type`;
  const { metadata } = answer;
  return { ...failed(answer.key, 'TYPE_MISMATCH', message), metadata };
}

/**
 * The details of an answer; the caller's default stands in if nothing was served. Field by field:
 * spreading objects costs more than the evaluation.
 */
export function detailsOf<T>(answer: Answer, fallback: T, standing: Standing): Details<T> {
  const { key, reason, metadata, variant, ruleId, errorCode, errorMessage } = answer;
  const value = isServed(answer) ? (answer.value as T) : fallback;
  const details: Writable<Details<T>> = { key, value, reason, metadata, stale: standing.stale };
  if (variant !== undefined) details.variant = variant;
  if (ruleId !== undefined) details.ruleId = ruleId;
  if (errorCode !== undefined) details.errorCode = errorCode;
  if (errorMessage !== undefined) details.errorMessage = errorMessage;
  if (standing.version !== undefined) details.version = standing.version;
  if (standing.age !== undefined) details.age = standing.age;
  return details;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
