// What OpenFeature's Remote Evaluation Protocol 0.3 says: https://github.com/open-feature/protocol

import type { Json, Metadata } from '@featureflags/core';

import { failed, type Answer, type ErrorCode, type Reason } from './details.ts';
import type { Failure } from './http.ts';
import { parsedJson } from './json.ts';

/** Where all flags are evaluated, and below it each. */
export const FLAGS_PATH = '/ofrep/v1/evaluate/flags';

const CODES: ReadonlySet<unknown> = new Set<ErrorCode>([
  'FLAG_NOT_FOUND',
  'PARSE_ERROR',
  'TARGETING_KEY_MISSING',
  'TYPE_MISMATCH',
  'INVALID_CONTEXT',
  'PROVIDER_NOT_READY',
  'GENERAL',
]);

/** An item of an answer; undefined if it is none. */
export function readItem(item: unknown, name?: string): Answer | undefined {
  const { key = name, value, variant, reason, errorCode, errorDetails, metadata } = memberOf(item);
  if (typeof key !== 'string') return undefined;
  const known = metadata as Metadata | undefined;
  if (errorCode !== undefined) {
    return { ...failed(key, codeOf(errorCode), textOf(errorDetails)), metadata: known ?? {} };
  }
  if (value === undefined) return undefined;
  return {
    key,
    value: value as Json,
    ...(typeof variant === 'string' ? { variant } : {}),
    reason: (typeof reason === 'string' ? reason : 'STATIC') as Reason,
    metadata: known ?? {},
  };
}

/** An answer of all flags. */
export interface Bulk {
  readonly answers: ReadonlyMap<string, Answer>;
  /** Where the server tells of changes, as a path; undefined if it does not. */
  readonly stream: string | undefined;
}

/** Reads the answer of all flags; undefined if it is none. */
export function readBulk(text: string): Bulk | undefined {
  const { flags, eventStreams } = memberOf(parsedJson(text));
  if (!Array.isArray(flags)) return undefined;
  const answers = flags.map((item) => readItem(item)).filter((item) => item !== undefined);
  const [first] = Array.isArray(eventStreams) ? (eventStreams as unknown[]) : [];
  const { requestUri } = memberOf(memberOf(first)['endpoint']);
  return {
    answers: new Map(answers.map((answer) => [answer.key, answer])),
    stream: typeof requestUri === 'string' && requestUri.startsWith('/') ? requestUri : undefined,
  };
}

/** What a refusal says of a flag: OFREP's own form, or a problem document of the server. */
export function refusedAnswer(key: string, { said }: Failure): Answer | undefined {
  const { errorCode, errorDetails, code, detail } = said;
  if (errorCode !== undefined) return failed(key, codeOf(errorCode), textOf(errorDetails));
  return CODES.has(code) ? failed(key, codeOf(code), textOf(detail)) : undefined;
}

function codeOf(code: unknown): ErrorCode {
  return CODES.has(code) ? (code as ErrorCode) : 'GENERAL';
}

function textOf(text: unknown): string {
  return typeof text === 'string' && text !== '' ? text : 'the server does not say why';
}

/** The members of an object; of anything else there are none. */
export function memberOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}
