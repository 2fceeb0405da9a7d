import { parseProject, SCHEMA, type JsonObject } from '@featureflags/core';

import type { Outcome } from '../changes.ts';
import { invalidBody } from '../invalid-body.ts';
import { stillAsked } from './environments.ts';
import { occasionOf } from './occasion.ts';
import { json, route, type Asked, type Route, type Schema } from './route.ts';
import { object, oneOf, ref } from './schemas.ts';

interface ImportQuery {
  readonly mode?: 'merge' | 'replace';
  readonly dryRun?: 'true' | 'false';
}

const names: Schema = { type: 'array', items: { type: 'string' } };

const REPORT: Schema = {
  type: 'object',
  properties: {
    version: { type: 'integer' },
    created: names,
    changed: names,
    deleted: names,
    unchanged: { type: 'integer' },
  },
  required: ['version', 'created', 'changed', 'deleted', 'unchanged'],
};
const TAG = { tag: 'Transfer' } as const;

/** All flags, segments and environments out of one store and into another. */
export const TRANSFER_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    method: 'get',
    path: '/export',
    summary: 'Everything as one document: the format of flags.yml',
    answers: { 200: { description: 'The document', schema: ref('Project') } },
    problems: [],
    handle: ({ snapshots }) => json({ schema: SCHEMA, ...snapshots.state.project }),
  }),
  route({
    ...TAG,
    method: 'post',
    path: '/import',
    summary: 'Take over a document, all of it or, if anything is wrong, nothing',
    query: object({ mode: oneOf('merge', 'replace'), dryRun: oneOf('true', 'false') }),
    body: { schema: ref('Project'), isJudgedByCore: true },
    answers: { 200: { description: 'What was changed, or would be', schema: REPORT } },
    problems: ['INVALID_BODY', 'IN_USE'],
    writes: true,
    handle: importDocument,
  }),
];

async function importDocument(asked: Asked<ImportQuery, JsonObject>): Promise<Response> {
  const { mode = 'merge', dryRun } = asked.query;
  const { project, issues } = parseProject(asked.body);
  if (project === undefined) throw invalidBody(issues);
  const { environment } = asked.config;
  if (mode === 'replace' && !project.environments.includes(environment))
    throw stillAsked(environment);
  const outcome = await asked.changes.apply(
    { action: 'import', project, mode },
    { ...occasionOf(asked), dryRun: dryRun === 'true' },
  );
  const size =
    project.environments.length +
    Object.keys(project.flags).length +
    Object.keys(project.segments).length;
  return json(reportOf(outcome, size));
}

function reportOf({ state, changes }: Outcome, size: number): object {
  const [created, changed, deleted] = ['created', 'changed', 'deleted'].map((kind) =>
    changes
      .filter(({ before, after }) => kindOf(before === null, after === null) === kind)
      .map(({ kind: what, key }) => `${what}/${key}`),
  ) as [string[], string[], string[]];
  const unchanged = size - created.length - changed.length;
  return { version: state.version, created, changed, deleted, unchanged };
}

function kindOf(wasAbsent: boolean, isAbsent: boolean): string {
  if (wasAbsent) return 'created';
  return isAbsent ? 'deleted' : 'changed';
}
