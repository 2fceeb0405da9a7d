import {
  evaluate,
  explain,
  isJsonObject,
  parseContext,
  type Context,
  type Failed,
  type Json,
  type Served,
  type Snapshot,
} from '@featureflags/core';

import { Problem } from '../errors.ts';
import { rawJson, route, type Asked, type Route, type Schema } from './route.ts';
import { object, oneOf, TEXT } from './schemas.ts';

const ANSWER: Schema = {
  type: 'object',
  properties: {
    flag: { type: 'string' },
    enabled: { type: 'boolean' },
    value: {},
    variant: { type: 'string' },
    reason: { type: 'string' },
    ruleId: { type: 'string' },
    version: { type: 'integer' },
    trace: { type: 'array', items: { type: 'object' } },
  },
  required: ['flag', 'enabled', 'value', 'variant', 'reason', 'version'],
};

const COMMON = {
  tag: 'Evaluation',
  answers: { 200: { description: 'What the context gets', schema: ANSWER } },
  problems: ['FLAG_NOT_FOUND', 'ENVIRONMENT_NOT_FOUND', 'INVALID_CONTEXT', 'TARGETING_KEY_MISSING'],
} as const;

/** Every further parameter is an attribute of the context. */
interface EvaluateQuery {
  readonly flag: string;
  readonly environment?: string;
  readonly explain?: 'true' | 'false';
}

const QUERY = object({ flag: TEXT, environment: TEXT, explain: oneOf('true', 'false') }, ['flag']);

interface EvaluateBody {
  readonly flag: string;
  readonly context?: Json;
  readonly explain?: boolean;
  readonly environment?: string;
}

const BODY = object(
  // The context is judged by core: what is wrong with it has a code of its own.
  { flag: TEXT, context: {}, explain: { type: 'boolean' }, environment: TEXT },
  ['flag'],
);

/** Evaluation of one flag: the first promise. */
export const EVALUATE_ROUTES: readonly Route[] = [
  route({
    ...COMMON,
    method: 'get',
    path: '/evaluate',
    summary: 'Evaluate one flag; each further parameter is an attribute of the context',
    query: { ...QUERY, additionalProperties: true },
    handle: evaluateQuery,
  }),
  route({
    ...COMMON,
    method: 'post',
    path: '/evaluate',
    summary: 'Evaluate one flag for a context with any attributes',
    body: { schema: BODY },
    handle: (asked: Asked<unknown, EvaluateBody>) => {
      const { flag, context = {}, explain: isExplained = false, environment } = asked.body;
      return answer(asked, snapshotFor(asked, environment), { flag, isExplained }, context);
    },
  }),
];

/** The snapshot that a request is about. */
export function snapshotFor(
  { snapshots, config }: Pick<Asked<unknown, unknown>, 'snapshots' | 'config'>,
  environment: string | undefined,
): Snapshot {
  return snapshots.current(environment ?? config.environment);
}

/**
 * Reads a context; the server's clock stands in for `now` where the client sends none.
 * @param input the request's own: what is missing is put into it
 */
export function contextOf(input: unknown, { now }: Pick<Asked<unknown, unknown>, 'now'>): Context {
  if (isJsonObject(input) && !Object.hasOwn(input, 'now')) {
    (input as Record<string, Json>)['now'] = instantText(now());
  }
  const context = parseContext(input);
  if (!('code' in context)) return context;
  const issues = [{ ...context, path: `/context${context.path}` }];
  throw new Problem('INVALID_CONTEXT', `${context.message}. Nothing was evaluated.`, { issues });
}

let lastInstant = { time: NaN, text: '' };

/** An instant as RFC 3339 has it; a busy server asks for the same many times. */
function instantText(instant: Date): string {
  const time = instant.getTime();
  if (time !== lastInstant.time) lastInstant = { time, text: instant.toISOString() };
  return lastInstant.text;
}

function evaluateQuery(asked: Asked<EvaluateQuery, unknown>): Response {
  const { flag, environment, explain: wanted, ...attributes } = asked.query;
  const snapshot = snapshotFor(asked, environment);
  return answer(asked, snapshot, { flag, isExplained: wanted === 'true' }, attributes);
}

interface Question {
  readonly flag: string;
  readonly isExplained: boolean;
}

function answer(
  asked: Asked<unknown, unknown>,
  snapshot: Snapshot,
  { flag, isExplained }: Question,
  attributes: unknown,
): Response {
  const context = contextOf(attributes, asked);
  const { result, trace } = isExplained
    ? explain(snapshot, flag, context)
    : { result: evaluate(snapshot, flag, context), trace: undefined };
  asked.metrics.evaluation(result);
  // Whoever has it explained looks at the flag, and uses it no more than before.
  if (!isExplained) asked.usage.evaluated(snapshot.environment, result, asked.now().getTime());
  if (result.reason === 'ERROR') throw failure(result);
  const told = trace === undefined ? '' : `,"trace":${JSON.stringify(trace)}`;
  return rawJson(`${servedText(snapshot, result)},"version":${String(snapshot.version)}${told}}`);
}

/** What each result looks like, made once: results are shared between evaluations. */
const servedTexts = new WeakMap<Served, string>();

/** The answer's JSON up to its version, which the result does not know. */
function servedText(snapshot: Snapshot, result: Served): string {
  const known = servedTexts.get(result);
  if (known !== undefined) return known;
  const { key: flag, value, variant, reason, ruleId } = result;
  const enabled = typeof value === 'boolean' ? value : isOn(snapshot, result);
  const text = JSON.stringify({ flag, enabled, value, variant, reason, ruleId }).slice(0, -1);
  servedTexts.set(result, text);
  return text;
}

/** A flag of another type than boolean is on if it serves something else than its `off`. */
function isOn(snapshot: Snapshot, { key, variant, reason }: Served): boolean {
  return reason !== 'DISABLED' && variant !== snapshot.flags.get(key)?.off;
}

const FAILURES = {
  FLAG_NOT_FOUND: 'FLAG_NOT_FOUND',
  TARGETING_KEY_MISSING: 'TARGETING_KEY_MISSING',
  // The server checks every flag before it keeps it: one that it cannot read is its own mistake.
  PARSE_ERROR: 'INTERNAL',
} as const;

function failure({ errorCode, errorMessage }: Failed): Problem {
  return new Problem(FAILURES[errorCode], errorMessage);
}
