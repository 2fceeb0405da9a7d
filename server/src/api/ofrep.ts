import {
  evaluate,
  type Failed,
  type Json,
  type Result,
  type Served,
  type Snapshot,
} from '@featureflags/core';

import type { Problem } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { contextOf, snapshotFor } from './evaluate.ts';
import { matches, quoted } from './etag.ts';
import { rawJson, route, type Asked, type BodyRule, type Route, type Schema } from './route.ts';
import { TEXT } from './schemas.ts';

// OpenFeature Remote Evaluation Protocol 0.3, https://github.com/open-feature/protocol

/** The protocol may grow: what is not known is passed over. */
const BODY: BodyRule = {
  schema: { type: 'object', properties: { context: {} } },
  optional: true,
  isJudgedByCore: true,
};

type OfrepBody = { readonly context?: Json } | undefined;

interface OneQuery {
  readonly environment?: string;
}

interface AllQuery extends OneQuery {
  readonly flagConfigEtag?: string;
}

const ONE_QUERY: Schema = { type: 'object', properties: { environment: TEXT } };
const ALL_QUERY: Schema = {
  type: 'object',
  properties: { environment: TEXT, flagConfigEtag: TEXT, flagConfigLastModified: TEXT },
};

const SUCCESS: Schema = {
  type: 'object',
  properties: {
    key: { type: 'string' },
    value: {},
    variant: { type: 'string' },
    reason: { type: 'string' },
    metadata: { type: 'object' },
  },
  required: ['key', 'value', 'variant', 'reason', 'metadata'],
};
const FAILURE: Schema = {
  type: 'object',
  properties: {
    key: { type: 'string' },
    errorCode: { type: 'string' },
    errorDetails: { type: 'string' },
    metadata: { type: 'object' },
  },
  required: ['errorCode'],
};

/** The standard protocol, for every OpenFeature SDK. */
export const OFREP_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/ofrep/v1/evaluate/flags/{key}',
    summary: 'OFREP: evaluate one flag',
    tag: 'OFREP',
    query: ONE_QUERY,
    body: BODY,
    answers: {
      200: { description: 'The value', schema: SUCCESS },
      400: { description: 'The flag could not be evaluated', schema: FAILURE },
      404: { description: 'There is no such flag', schema: FAILURE },
    },
    problems: ['ENVIRONMENT_NOT_FOUND'],
    isOfrep: true,
    handle: evaluateOne,
  }),
  route({
    method: 'post',
    path: '/ofrep/v1/evaluate/flags',
    summary: 'OFREP: evaluate all flags',
    tag: 'OFREP',
    query: ALL_QUERY,
    body: BODY,
    answers: {
      200: {
        description: 'All values; a flag that fails is an item of its own',
        schema: {
          type: 'object',
          properties: { flags: { type: 'array', items: { oneOf: [SUCCESS, FAILURE] } } },
          required: ['flags'],
        },
      },
      304: { description: 'Nothing differs from what the client has' },
      400: { description: 'The context cannot be used', schema: FAILURE },
    },
    problems: ['ENVIRONMENT_NOT_FOUND'],
    isOfrep: true,
    handle: evaluateAll,
  }),
];

function evaluateOne(asked: Asked<OneQuery, OfrepBody>): Response {
  const snapshot = snapshotFor(asked, asked.query.environment);
  const context = contextOf(asked.body?.context ?? {}, asked);
  const result = evaluate(snapshot, asked.param('key'), context);
  asked.metrics.evaluation(result);
  asked.usage.evaluated(snapshot.environment, result, asked.now().getTime());
  if (result.reason !== 'ERROR') return rawJson(itemText(result));
  return rawJson(itemText(result), result.errorCode === 'FLAG_NOT_FOUND' ? 404 : 400);
}

async function evaluateAll(asked: Asked<AllQuery, OfrepBody>): Promise<Response> {
  const snapshot = snapshotFor(asked, asked.query.environment);
  const context = contextOf(asked.body?.context ?? {}, asked);
  const items: string[] = [];
  const time = asked.now().getTime();
  for (const key of snapshot.flags.keys()) {
    const result = evaluate(snapshot, key, context);
    asked.metrics.evaluation(result);
    asked.usage.evaluated(snapshot.environment, result, time);
    items.push(itemText(result));
  }
  const text = `{"flags":[${items.join(',')}],"eventStreams":[${streamText(snapshot)}]}`;
  const etag = quoted(await sha256(text));
  if (isUnchanged(asked, snapshot, etag))
    return new Response(null, { status: 304, headers: { etag } });
  return rawJson(text, 200, { etag });
}

/** A change that the client has heard of and that is another than ours always gets an answer. */
function isUnchanged(
  { request, query: { flagConfigEtag } }: Asked<AllQuery, unknown>,
  snapshot: Snapshot,
  etag: string,
): boolean {
  const isOther = flagConfigEtag !== undefined && flagConfigEtag !== configEtag(snapshot);
  return !isOther && matches(request.headers.get('if-none-match'), etag);
}

/** The tag of what is evaluated, whoever asks: refetch events carry it. */
export function configEtag({
  environment,
  version,
}: Pick<Snapshot, 'environment' | 'version'>): string {
  return `${environment}-${String(version)}`;
}

function streamText({ environment }: Snapshot): string {
  const requestUri = `/ofrep/v1/stream?environment=${encodeURIComponent(environment)}`;
  return JSON.stringify({ type: 'sse', endpoint: { requestUri } });
}

const itemTexts = new WeakMap<Result, string>();

/** An item's JSON, made once: results are shared between evaluations. */
function itemText(result: Result): string {
  const known = itemTexts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(result.reason === 'ERROR' ? failed(result) : served(result));
  itemTexts.set(result, text);
  return text;
}

function served({ key, value, variant, reason, metadata }: Served): object {
  return { key, value, variant, reason, metadata };
}

function failed({ key, errorCode, errorMessage, metadata }: Failed): object {
  return { key, errorCode, errorDetails: errorMessage, metadata };
}

/** OpenFeature's codes for what goes wrong before a flag is evaluated. */
const OFREP_CODES: Readonly<Record<string, string>> = {
  INVALID_CONTEXT: 'INVALID_CONTEXT',
  MALFORMED_JSON: 'PARSE_ERROR',
  INVALID_BODY: 'PARSE_ERROR',
};

/** A problem as OFREP clients read it; undefined if the protocol has no body for its status. */
export function ofrepFailure(problem: Problem, key: string | undefined): Response | undefined {
  if (problem.status !== 400) return undefined;
  const errorCode = OFREP_CODES[problem.code] ?? 'GENERAL';
  const failure = {
    ...(key === undefined ? {} : { key }),
    errorCode,
    errorDetails: problem.message,
  };
  return rawJson(JSON.stringify(failure), 400);
}
