import { createHash } from 'node:crypto';

import type { JsonObject } from '@featureflags/core';

import { Problem } from '../errors.ts';
import { eventText, type Telling, type Voice } from '../streams.ts';
import { matches, quoted } from './etag.ts';
import { environmentOf } from './flags.ts';
import { configEtag } from './ofrep.ts';
import { rawJson, route, type Asked, type Route } from './route.ts';
import { ENVIRONMENT_QUERY, type EnvironmentQuery } from './schemas.ts';

const STREAM = { description: 'Server-sent events', type: 'text/event-stream' };
const COMMON = {
  method: 'get',
  tag: 'Synchronisation',
  query: ENVIRONMENT_QUERY,
  problems: ['ENVIRONMENT_NOT_FOUND', 'SHUTTING_DOWN'],
} as const;

/** How SDKs stay current. */
export const SYNC_ROUTES: readonly Route[] = [
  route({
    ...COMMON,
    path: '/snapshot',
    summary: 'The snapshot of one environment: all that an SDK needs to evaluate by itself',
    answers: {
      200: { description: 'The snapshot; its format is spec/snapshot.schema.json', schema: {} },
      304: { description: 'Nothing differs from what the client has' },
    },
    handle: snapshotAnswer,
  }),
  route({
    ...COMMON,
    path: '/stream',
    summary: 'A snapshot event at once, then a change event for each change',
    answers: { 200: STREAM },
    handle: openStream,
  }),
  route({
    ...COMMON,
    path: '/ofrep/v1/stream',
    summary: 'OFREP: an event for each change, to fetch all flags again',
    tag: 'OFREP',
    answers: { 200: STREAM },
    handle: openOfrepStream,
  }),
];

interface Text {
  readonly body: string;
  readonly etag: string;
}

const texts = new WeakMap<JsonObject, Text>();

function textOf(document: JsonObject): Text {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const body = JSON.stringify(document);
  const etag = quoted(createHash('sha256').update(body).digest('base64url'));
  const text = { body, etag };
  texts.set(document, text);
  return text;
}

function snapshotAnswer(asked: Asked<EnvironmentQuery, unknown>): Response {
  const document = asked.snapshots.document(environmentOf(asked, asked.query.environment));
  const { body, etag } = textOf(document);
  const headers = { etag, 'cache-control': 'no-cache' };
  if (matches(asked.request.headers.get('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers });
  }
  return rawJson(body, 200, headers);
}

/** A stream, unless nobody would read it or the server would only end it. */
function streamAnswer(asked: Asked<EnvironmentQuery, unknown>, voice: Voice): Response {
  if (asked.health.isStopping) throw new Problem('SHUTTING_DOWN', 'The server is stopping.');
  const stream = asked.streams.open(voice);
  // HEAD is answered by GET's handler, and its body is thrown away without being cancelled.
  if (asked.request.method === 'HEAD') void stream.body?.cancel();
  return stream;
}

/** `Last-Event-ID` with the current version: nothing was missed, so nothing is sent again. */
function openStream(asked: Asked<EnvironmentQuery, unknown>): Response {
  const environment = environmentOf(asked, asked.query.environment);
  const { version } = asked.snapshots.current(environment);
  const isCurrent = asked.request.headers.get('last-event-id') === String(version);
  const { body } = textOf(asked.snapshots.document(environment));
  const opening = isCurrent
    ? ': nothing was missed\n\n'
    : `event: snapshot\nid: ${String(version)}\ndata: ${body}\n\n`;
  return streamAnswer(asked, { environment, opening, onChange: changeEvent });
}

const changeEvent: Telling = (change) => eventText('change', String(change.version ?? 0), change);

function openOfrepStream(asked: Asked<EnvironmentQuery, unknown>): Response {
  const environment = environmentOf(asked, asked.query.environment);
  return streamAnswer(asked, {
    environment,
    opening: ': open\n\n',
    onChange: refetchEvent,
    isCoalesced: true,
  });
}

const refetchEvent: Telling = ({ environment, version = 0 }, now) => {
  const etag = configEtag({ environment, version });
  const lastModified = Math.floor(now.getTime() / 1000);
  return eventText(undefined, etag, { type: 'refetchEvaluation', etag, lastModified });
};
