import { Problem } from '../errors.ts';
import { fromStore } from '../from-store.ts';
import type { Commit, ItemKind } from '../stores/store.ts';
import { json, route, type Asked, type Route } from './route.ts';
import { object, oneOf, TEXT } from './schemas.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

interface AuditListQuery {
  readonly kind?: ItemKind;
  readonly key?: string;
  readonly before?: string;
  readonly limit?: string;
}

const DIGITS = { type: 'string', pattern: '^[0-9]{1,15}$' } as const;
const QUERY = object({
  kind: oneOf('flag', 'segment', 'environment'),
  key: TEXT,
  before: DIGITS,
  limit: DIGITS,
});

/** Who changed what. */
export const AUDIT_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/audit',
    summary: 'Every change, the newest first; go on with before= the last version seen',
    tag: 'Audit',
    query: QUERY,
    answers: {
      200: {
        description: 'The changes',
        schema: {
          type: 'object',
          properties: { entries: { type: 'array', items: { type: 'object' } } },
          required: ['entries'],
        },
      },
    },
    problems: ['STORE_UNAVAILABLE'],
    handle: listEntries,
  }),
];

async function listEntries({
  query: { kind, key, before, limit = String(DEFAULT_LIMIT) },
  store,
}: Asked<AuditListQuery, unknown>): Promise<Response> {
  const count = Number(limit);
  if (count < 1 || count > MAX_LIMIT) {
    throw new Problem('INVALID_QUERY', `limit takes 1 to ${String(MAX_LIMIT)}, got ${limit}.`);
  }
  const query = {
    limit: count,
    ...(kind === undefined ? {} : { kind }),
    ...(key === undefined ? {} : { key }),
    ...(before === undefined ? {} : { before: Number(before) }),
  };
  const commits = await fromStore(() => store.audit(query), 'The audit log could not be read');
  return json({ entries: commits.map(entryOf) });
}

function entryOf(commit: Commit): object {
  const { version, at, actor, action, environment, changes } = commit;
  return { version, at, actor, action, environment, changes };
}
