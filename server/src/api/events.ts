import {
  countOf,
  isKnown,
  isSurelyBatch,
  MAX_EVENTS,
  MAX_NAME,
  type ClientEvent,
} from '../client-event.ts';
import { environmentOf } from './flags.ts';
import { json, route, type Asked, type Route, type Schema } from './route.ts';
import { ENVIRONMENT_QUERY, mapOf, object, oneOf, TEXT, type EnvironmentQuery } from './schemas.ts';

// spec/client.md, section 8.

const NAME: Schema = { type: 'string', minLength: 1, maxLength: MAX_NAME };
const COUNT: Schema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const INSTANT: Schema = { type: 'string', format: 'date-time' };
/** JSON can spell numbers that no double holds. */
const SUM: Schema = { type: 'number', minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE };

const WHOLE: Schema = { type: 'integer', minimum: 0 };

const COMMON = { id: { type: 'string', format: 'uuid' }, count: COUNT, time: INSTANT };

const KINDS: Readonly<Record<ClientEvent['kind'], Schema>> = {
  exposure: object({ kind: { const: 'exposure' }, ...COMMON, flag: NAME, variant: NAME }, [
    'id',
    'kind',
    'flag',
    'variant',
    'count',
    'time',
  ]),
  conversion: object({ kind: { const: 'conversion' }, ...COMMON, event: NAME, sum: SUM }, [
    'id',
    'kind',
    'event',
    'count',
    'time',
  ]),
};

/** Not oneOf: what is wrong is told by the kind that is meant, not by both. */
const EVENT: Schema = {
  type: 'object',
  properties: { kind: oneOf(...Object.keys(KINDS)) },
  required: ['kind'],
  allOf: Object.entries(KINDS).map(([kind, schema]) => ({
    if: { not: { type: 'object', properties: { kind: { const: kind } }, required: ['kind'] } },
    else: schema,
  })),
};

const BODY = object({ events: { type: 'array', items: EVENT, maxItems: MAX_EVENTS } }, ['events']);

const COUNTED: Schema = object({ accepted: WHOLE, duplicates: WHOLE, unknown: WHOLE }, [
  'accepted',
  'duplicates',
  'unknown',
]);

const CONVERSION: Schema = object({ count: WHOLE, sum: { type: 'number' }, last: INSTANT }, [
  'count',
  'sum',
  'last',
]);

interface EventsBody {
  readonly events: readonly ClientEvent[];
}

const TAG = { path: '/events', tag: 'Events', query: ENVIRONMENT_QUERY } as const;

/** What clients report, and what came of it. */
export const EVENT_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    method: 'post',
    summary: 'Count which variants were served and which conversions there were',
    body: { schema: BODY, surelyFits: isSurelyBatch, mostValues: 10 * MAX_EVENTS },
    answers: {
      202: {
        description: 'Counted; an id that was counted before is not counted again',
        schema: COUNTED,
      },
    },
    problems: ['ENVIRONMENT_NOT_FOUND'],
    writes: true,
    handle: takeEvents,
  }),
  route({
    ...TAG,
    method: 'get',
    summary: 'The conversions that were counted',
    answers: {
      200: {
        description: 'The conversions by their names',
        schema: object({ environment: TEXT, conversions: mapOf(CONVERSION) }, [
          'environment',
          'conversions',
        ]),
      },
    },
    problems: ['ENVIRONMENT_NOT_FOUND', 'STORE_UNAVAILABLE'],
    handle: async (asked: Asked<EnvironmentQuery, unknown>) => {
      const environment = environmentOf(asked, asked.query.environment);
      const { conversions } = await asked.usage.tallies(environment);
      return json({ environment, conversions: Object.fromEntries(conversions) });
    },
  }),
];

async function takeEvents(asked: Asked<EnvironmentQuery, EventsBody>): Promise<Response> {
  const environment = environmentOf(asked, asked.query.environment);
  const { project } = asked.snapshots.state;
  const { events } = asked.body;
  const known = events.filter((event) => isKnown(project, event));
  const now = asked.now().getTime();
  const counted = await asked.usage.report(
    environment,
    known.map((event) => countOf(event, now)),
  );
  const told = { ...counted, unknown: counted.unknown + events.length - known.length };
  asked.metrics.events(told);
  return json(told, 202);
}
