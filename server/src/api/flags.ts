import type { JsonObject } from '@featureflags/core';

import { notFound } from '../edits.ts';
import { isUnused, unusedSince, usageOf } from '../flag-usage.ts';
import { flagView, isWanted, type FlagView } from '../flag-view.ts';
import { itemOf, type State } from '../state.ts';
import { quoted } from './etag.ts';
import { guarded, guardOf } from './guard.ts';
import { checkedKey, isCreation, occasionOf } from './occasion.ts';
import { json, route, type Asked, type Route } from './route.ts';
import {
  ENVIRONMENT_QUERY,
  listOf,
  object,
  oneOf,
  ref,
  TEXT,
  type EnvironmentQuery,
} from './schemas.ts';

interface ListQuery extends EnvironmentQuery {
  readonly q?: string;
  readonly tag?: string;
  readonly archived?: 'true' | 'false';
  readonly state?: 'on' | 'off';
  readonly unused?: string;
}

interface DeleteQuery extends EnvironmentQuery {
  readonly permanent?: 'true' | 'false';
}

const LIST_QUERY = object({
  environment: TEXT,
  q: TEXT,
  tag: TEXT,
  archived: oneOf('true', 'false'),
  state: oneOf('on', 'off'),
  unused: TEXT,
});
const DELETE_QUERY = object({ environment: TEXT, permanent: oneOf('true', 'false') });

const FLAG = { description: 'The flag', schema: ref('Flag') };
const TAG = { tag: 'Flags' } as const;

/** Management of flags. */
export const FLAG_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    method: 'get',
    path: '/flags',
    summary: 'All flags as they are in one environment',
    query: LIST_QUERY,
    answers: {
      200: {
        description: 'The flags',
        schema: {
          type: 'object',
          properties: {
            environment: { type: 'string' },
            version: { type: 'integer' },
            flags: listOf(ref('Flag')),
          },
          required: ['environment', 'version', 'flags'],
        },
      },
    },
    problems: ['ENVIRONMENT_NOT_FOUND', 'STORE_UNAVAILABLE'],
    handle: listFlags,
  }),
  route({
    ...TAG,
    method: 'get',
    path: '/flags/{key}',
    summary: 'One flag as it is in one environment',
    query: ENVIRONMENT_QUERY,
    answers: { 200: FLAG },
    problems: ['FLAG_NOT_FOUND', 'ENVIRONMENT_NOT_FOUND', 'STORE_UNAVAILABLE'],
    handle: showFlag,
  }),
  route({
    ...TAG,
    method: 'post',
    path: '/flags/{key}',
    summary: 'Create a flag, or change the given fields of one',
    query: ENVIRONMENT_QUERY,
    body: { schema: ref('FlagFields'), optional: true, isJudgedByCore: true },
    answers: { 200: FLAG, 201: { ...FLAG, description: 'The flag is new' } },
    problems: [
      'INVALID_KEY',
      'INVALID_BODY',
      'ENVIRONMENT_NOT_FOUND',
      'IN_USE',
      'VERSION_CONFLICT',
      'ALREADY_EXISTS',
    ],
    writes: true,
    handle: saveFlag,
  }),
  route({
    ...TAG,
    method: 'delete',
    path: '/flags/{key}',
    summary: 'Archive a flag, or delete it for good',
    query: DELETE_QUERY,
    answers: {
      200: { ...FLAG, description: 'The archived flag' },
      204: { description: 'Deleted' },
    },
    problems: [
      'FLAG_NOT_FOUND',
      'ENVIRONMENT_NOT_FOUND',
      'IN_USE',
      'VERSION_CONFLICT',
      'ALREADY_EXISTS',
    ],
    writes: true,
    handle: removeFlag,
  }),
];

/** The environment that a request is about. @throws ENVIRONMENT_NOT_FOUND */
export function environmentOf(
  { snapshots, config }: Pick<Asked<unknown, unknown>, 'snapshots' | 'config'>,
  name: string | undefined,
): string {
  return snapshots.current(name ?? config.environment).environment;
}

async function showFlag(asked: Asked<EnvironmentQuery, unknown>): Promise<Response> {
  const key = asked.param('key');
  const environment = environmentOf(asked, asked.query.environment);
  viewOf(asked.snapshots.state, key, environment);
  const usage = usageOf(await asked.usage.tallies(environment), key);
  // Only now: the flag may have changed while the counts were read.
  return flagAnswer({ ...viewOf(asked.snapshots.state, key, environment), ...usage });
}

async function listFlags(asked: Asked<ListQuery, unknown>): Promise<Response> {
  const { archived, environment: name, unused, ...filter } = asked.query;
  const environment = environmentOf(asked, name);
  const since = unused === undefined ? undefined : unusedSince(unused, asked.now());
  const tallies = await asked.usage.tallies(environment);
  const { state } = asked.snapshots;
  const flags = Object.keys(state.project.flags)
    .map((key) => {
      const { lastEvaluated } = usageOf(tallies, key);
      return { ...viewOf(state, key, environment), lastEvaluated };
    })
    .filter((view) => isWanted(view, { ...filter, archived: archived === 'true' }))
    .filter((view) => since === undefined || isUnused(view, view, since));
  return json({ environment, version: state.version, flags });
}

async function saveFlag(asked: Asked<EnvironmentQuery, JsonObject | undefined>): Promise<Response> {
  const key = checkedKey(asked.param('key'));
  const environment = environmentOf(asked, asked.query.environment);
  const { state, changes } = await asked.changes.apply(
    { action: 'flag.save', key, environment, ...guarded(asked.request.headers, asked.body ?? {}) },
    occasionOf(asked),
  );
  return flagAnswer(viewOf(state, key, environment), isCreation(changes) ? 201 : 200);
}

async function removeFlag(asked: Asked<DeleteQuery, unknown>): Promise<Response> {
  const key = asked.param('key');
  const environment = environmentOf(asked, asked.query.environment);
  viewOf(asked.snapshots.state, key, environment);
  const guard = guardOf(asked.request.headers);
  const target = { key, ...(guard && { guard }) };
  if (asked.query.permanent === 'true') {
    await asked.changes.apply({ action: 'flag.delete', ...target }, occasionOf(asked));
    return new Response(null, { status: 204 });
  }
  const fields = { archived: true };
  const { state } = await asked.changes.apply(
    { action: 'flag.save', environment, fields, ...target },
    occasionOf(asked),
  );
  return flagAnswer(viewOf(state, key, environment));
}

function viewOf(state: State, key: string, environment: string): FlagView {
  const item = itemOf(state, 'flag', key);
  if (item === undefined) throw notFound('flag', key);
  return flagView(item, environment);
}

function flagAnswer(view: FlagView, status = 200): Response {
  return json(view, status, { etag: quoted(String(view.version)) });
}
