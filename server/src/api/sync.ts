import type { JsonObject } from '@featureflags/core';

import { Problem } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { eventText, utf8, type Telling, type Voice } from '../streams.ts';
import { matches, quoted } from './etag.ts';
import { environmentOf } from './flags.ts';
import { configEtag } from './ofrep.ts';
import { route, type Asked, type Route } from './route.ts';
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

/** A snapshot as it is sent. Two encodings are two representations: each has a tag of its own. */
interface Representation {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A snapshot's text, and its representations once somebody has asked for them. */
interface Text {
  readonly body: string;
  plain?: Promise<Representation>;
  gzipped?: Promise<Representation>;
  /** The event that streams begin with. */
  event?: Uint8Array;
}

const texts = new WeakMap<JsonObject, Text>();

function textOf(document: JsonObject): Text {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text: Text = { body: JSON.stringify(document) };
  texts.set(document, text);
  return text;
}

async function plain(body: string): Promise<Representation> {
  return { body, headers: headersOf(await sha256(body)) };
}

/** `node:zlib` is loaded for the first client that asks: an idle server lacks its 4 MB. */
async function gzipped(text: string): Promise<Representation> {
  const { gzipSync } = await import('node:zlib');
  const headers = headersOf(`${await sha256(text)}-gzip`);
  return {
    body: new Uint8Array(gzipSync(text)),
    headers: { ...headers, 'content-encoding': 'gzip' },
  };
}

function headersOf(tag: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'cache-control': 'no-cache',
    etag: quoted(tag),
    vary: 'accept-encoding',
  };
}

/** True if the client takes gzip; `q=0` says that it does not (RFC 9110, 12.5.3). */
function takesGzip(headers: Headers): boolean {
  const accepted = headers.get('accept-encoding') ?? '';
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accepted);
}

async function snapshotAnswer(asked: Asked<EnvironmentQuery, unknown>): Promise<Response> {
  const text = textOf(asked.snapshots.document(environmentOf(asked, asked.query.environment)));
  const { headers: wanted } = asked.request;
  const { body, headers } = await (takesGzip(wanted)
    ? (text.gzipped ??= gzipped(text.body))
    : (text.plain ??= plain(text.body)));
  if (matches(wanted.get('if-none-match'), headers['etag'] ?? '')) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(body, { headers });
}

/** A stream, unless nobody would read it or the server would only end it. */
function streamAnswer(asked: Asked<EnvironmentQuery, unknown>, voice: Voice): Response {
  if (asked.health.isStopping) throw new Problem('SHUTTING_DOWN', 'The server is stopping.');
  const stream = asked.streams.open(voice);
  // HEAD is answered by GET's handler, and its body is thrown away without being cancelled.
  if (asked.request.method === 'HEAD') void stream.body?.cancel();
  return stream;
}

/**
 * Names this run of the server in the ids of events. A version alone could be that of another file
 * of data, whose changes would then be applied to the wrong flags.
 */
const RUN = crypto.randomUUID().slice(0, 8);

function eventId(version: number): string {
  return `${RUN}.${String(version)}`;
}

/** `Last-Event-ID` with the current id: nothing was missed, so nothing is sent again. */
function openStream(asked: Asked<EnvironmentQuery, unknown>): Response {
  const environment = environmentOf(asked, asked.query.environment);
  const { version } = asked.snapshots.current(environment);
  const isCurrent = asked.request.headers.get('last-event-id') === eventId(version);
  const opening = isCurrent ? NOTHING_MISSED : openingOf(asked, environment, version);
  return streamAnswer(asked, { environment, opening, onChange: changeEvent });
}

const NOTHING_MISSED = utf8(': nothing was missed\n\n');
const OPEN = utf8(': open\n\n');

function openingOf(
  { snapshots }: Asked<unknown, unknown>,
  name: string,
  version: number,
): Uint8Array {
  const text = textOf(snapshots.document(name));
  text.event ??= utf8(`event: snapshot\nid: ${eventId(version)}\ndata: ${text.body}\n\n`);
  return text.event;
}

const changeEvent: Telling = (change) => eventText('change', eventId(change.version ?? 0), change);

function openOfrepStream(asked: Asked<EnvironmentQuery, unknown>): Response {
  const environment = environmentOf(asked, asked.query.environment);
  return streamAnswer(asked, {
    environment,
    opening: OPEN,
    onChange: refetchEvent,
    isCoalesced: true,
  });
}

const refetchEvent: Telling = ({ environment, version = 0 }, now) => {
  const etag = configEtag({ environment, version });
  const lastModified = Math.floor(now.getTime() / 1000);
  return eventText(undefined, etag, { type: 'refetchEvaluation', etag, lastModified });
};
