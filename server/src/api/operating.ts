import { Problem } from '../errors.ts';
import { fromStore } from '../from-store.ts';
import { json, route, type Asked, type Route, type Schema } from './route.ts';
import { object, oneOf, TEXT } from './schemas.ts';

const STATUS: Schema = { type: 'object', properties: { status: { type: 'string' } } };
const READINESS: Schema = object(
  {
    status: oneOf('ready', 'degraded'),
    store: oneOf('memory', 'sqlite', 'yaml'),
    version: { type: 'integer' },
    broken: TEXT,
    unwritable: TEXT,
  },
  ['status', 'store', 'version'],
);
const TAG = { method: 'get', tag: 'Operating' } as const;

/** For those who keep the server running. */
export const OPERATING_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    path: '/health',
    isPublic: true,
    summary: 'The process lives',
    answers: { 200: { description: 'It does', schema: STATUS } },
    problems: [],
    handle: () => json({ status: 'ok' }),
  }),
  route({
    ...TAG,
    path: '/ready',
    isPublic: true,
    summary: 'Flags are served and the store answers',
    answers: { 200: { description: 'It is ready', schema: READINESS } },
    problems: ['STORE_UNAVAILABLE', 'SHUTTING_DOWN'],
    handle: readiness,
  }),
  route({
    ...TAG,
    path: '/metrics',
    summary: 'Metrics in the text format of Prometheus',
    answers: { 200: { description: 'The metrics', type: 'text/plain' } },
    problems: [],
    handle: metricsAnswer,
  }),
];

async function readiness(asked: Asked<unknown, unknown>): Promise<Response> {
  const { health, store, snapshots } = asked;
  if (health.isStopping) throw new Problem('SHUTTING_DOWN', 'The server is stopping.');
  await fromStore(() => store.check(), 'The store does not answer');
  const { version } = snapshots.state;
  // Serving the last good state is what the server is for: it stays ready, and says so.
  const { broken, unwritable } = health;
  const isGood = broken === undefined && unwritable === undefined;
  const status = isGood ? 'ready' : 'degraded';
  const reasons = isLetIn(asked) ? { broken, unwritable } : {};
  return json({ status, store: store.kind, version, ...reasons });
}

/** The reasons name files, flags and what stands in them: they are for those who may see the flags. */
function isLetIn({ access, request }: Asked<unknown, unknown>): boolean {
  try {
    access.admit(request, false);
    return true;
  } catch {
    return false;
  }
}

function metricsAnswer(asked: Asked<unknown, unknown>): Response {
  const { metrics, snapshots, streams, health } = asked;
  const text = metrics.text({
    snapshots: snapshots.state.project.environments.map((name) => snapshots.current(name)),
    openStreams: streams.size,
    storeBroken: health.broken !== undefined,
  });
  return new Response(text, {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
}
