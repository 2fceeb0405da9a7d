import type { Flag, Json } from '@featureflags/core';

import { environmentOf } from './flags.ts';
import { json, route, type Asked, type Route } from './route.ts';
import { ENVIRONMENT_QUERY, type EnvironmentQuery } from './schemas.ts';

/** The flag manifest of the OpenFeature CLI: https://github.com/open-feature/cli, api/v0/sync.yaml */
export const MANIFEST_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/openfeature/v0/manifest',
    summary: 'The flag manifest of the OpenFeature CLI, for typed code',
    tag: 'OpenFeature',
    query: ENVIRONMENT_QUERY,
    answers: {
      200: {
        description: 'The manifest',
        schema: {
          type: 'object',
          properties: { flags: { type: 'array', items: { type: 'object' } } },
          required: ['flags'],
        },
      },
    },
    problems: ['ENVIRONMENT_NOT_FOUND'],
    handle: manifestAnswer,
  }),
];

function manifestAnswer(asked: Asked<EnvironmentQuery, unknown>): Response {
  const environment = environmentOf(asked, asked.query.environment);
  const { state } = asked.snapshots;
  const flags = [...asked.snapshots.current(environment).flags.values()].map((flag) => ({
    key: flag.key,
    type: manifestType(flag),
    description: state.project.flags[flag.key]?.description ?? '',
    defaultValue: defaultValue(flag),
  }));
  return json({ flags }, 200, { 'x-manifest-capabilities': 'read' });
}

/** The manifest tells whole numbers from others. */
function manifestType({ type, variants }: Flag): string {
  if (type !== 'number') return type;
  return variants.every(({ value }) => Number.isSafeInteger(value)) ? 'integer' : 'float';
}

/** What an application falls back to without an answer: what the flag is when it is off. */
function defaultValue({ variants, off }: Flag): Json {
  return variants.find(({ name }) => name === off)?.value ?? null;
}
