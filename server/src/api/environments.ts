import { Problem } from '../errors.ts';
import { itemOf, type State } from '../state.ts';
import { checkedKey, occasionOf } from './occasion.ts';
import { json, route, type Asked, type Route, type Schema } from './route.ts';
import { listOf, object, TEXT } from './schemas.ts';

type CreateBody = { readonly copyOf?: string } | undefined;

const ENVIRONMENT: Schema = {
  type: 'object',
  properties: { key: { type: 'string' }, version: { type: 'integer' } },
  required: ['key', 'version'],
};
const TAG = { tag: 'Environments' } as const;

/** Management of environments. */
export const ENVIRONMENT_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    method: 'get',
    path: '/environments',
    summary: 'All environments',
    answers: {
      200: {
        description: 'The environments',
        schema: { type: 'object', properties: { environments: listOf(ENVIRONMENT) } },
      },
    },
    problems: [],
    handle: ({ snapshots: { state } }) =>
      json({ environments: state.project.environments.map((key) => environmentView(state, key)) }),
  }),
  route({
    ...TAG,
    method: 'post',
    path: '/environments/{key}',
    summary:
      'Create an environment: every flag is off in it, or what it is in the one that is copied',
    body: { schema: object({ copyOf: TEXT }), optional: true },
    answers: { 201: { description: 'The environment', schema: ENVIRONMENT } },
    problems: ['INVALID_KEY', 'INVALID_BODY', 'ENVIRONMENT_NOT_FOUND', 'IN_USE', 'ALREADY_EXISTS'],
    writes: true,
    handle: createEnvironment,
  }),
  route({
    ...TAG,
    method: 'delete',
    path: '/environments/{key}',
    summary: 'Delete an environment and what each flag is in it',
    answers: { 204: { description: 'Deleted' } },
    problems: ['ENVIRONMENT_NOT_FOUND', 'IN_USE'],
    writes: true,
    handle: async (asked) => {
      const key = asked.param('key');
      if (key === asked.config.environment) throw stillAsked(key);
      await asked.changes.apply({ action: 'environment.delete', key }, occasionOf(asked));
      return new Response(null, { status: 204 });
    },
  }),
];

/** Requests that name no environment are about it: without it the server could not start again. */
export function stillAsked(key: string): Problem {
  const detail =
    `${key} is the environment of requests that name none (setting environment). ` +
    'Name another in the configuration first. Nothing was changed.';
  return new Problem('IN_USE', detail);
}

async function createEnvironment(asked: Asked<unknown, CreateBody>): Promise<Response> {
  const key = checkedKey(asked.param('key'));
  const copyOf = asked.body?.copyOf;
  const { state } = await asked.changes.apply(
    { action: 'environment.create', key, ...(copyOf === undefined ? {} : { copyOf }) },
    occasionOf(asked),
  );
  return json(environmentView(state, key), 201);
}

function environmentView(state: State, key: string): object {
  return { key, version: itemOf(state, 'environment', key)?.version ?? 0 };
}
