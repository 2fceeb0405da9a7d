import type { Json } from '@featureflags/core';

import { forgetCounts, prepareCounting, type CountStatements } from './sqlite-counts.ts';
import type { AuditQuery, Commit, Contents, Item, ItemChange } from './store.ts';

/** What the rows need of a driver's prepared statement. */
export interface Statement {
  all(...parameters: Value[]): unknown[];
  get(...parameters: Value[]): unknown;
  run(...parameters: Value[]): unknown;
}

type Value = string | number | null;

/** Every statement of the store, prepared once. */
export interface Statements {
  readonly version: Statement;
  readonly dataVersion: Statement;
  readonly items: Statement;
  readonly putItem: Statement;
  readonly deleteItem: Statement;
  readonly touch: Statement;
  readonly putCommit: Statement;
  readonly putChange: Statement;
  readonly commits: Statement;
  readonly changes: Statement;
  readonly note: Statement;
  readonly setNote: Statement;
  readonly counting: CountStatements;
}

/** Prepares the statements with the driver's own function. */
export function prepareStatements(sql: (text: string) => Statement): Statements {
  return {
    version: sql('SELECT coalesce(max(version), 0) AS version FROM commits'),
    dataVersion: sql('PRAGMA data_version'),
    items: sql('SELECT * FROM items ORDER BY position'),
    putItem: sql(`
      INSERT INTO items (kind, key, value, version, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?5)
      ON CONFLICT (kind, key) DO UPDATE SET value = ?3, version = ?4, updated_at = ?5`),
    deleteItem: sql('DELETE FROM items WHERE kind = ? AND key = ?'),
    touch: sql(`UPDATE items SET version = ? WHERE kind = 'environment' AND key = ?`),
    putCommit: sql('INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)'),
    putChange: sql('INSERT INTO commit_changes VALUES (?, ?, ?, ?, ?)'),
    commits: sql(`
      SELECT * FROM commits c WHERE version < ?1
      AND (?2 IS NULL AND ?3 IS NULL OR EXISTS (
        SELECT 1 FROM commit_changes i WHERE i.version = c.version
        AND i.kind = coalesce(?2, i.kind) AND i.key = coalesce(?3, i.key)))
      ORDER BY version DESC LIMIT ?4`),
    changes: sql('SELECT * FROM commit_changes WHERE version = ? ORDER BY rowid'),
    note: sql('SELECT value FROM notes WHERE name = ?'),
    setNote: sql(
      'INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    counting: prepareCounting(sql),
  };
}

/** The version of what the database holds. */
export function versionOf(statements: Statements): number {
  return (statements.version.get() as { version: number }).version;
}

interface ItemRow {
  readonly kind: Item['kind'];
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Everything that is kept. */
export function readContents(statements: Statements): Contents {
  const items = (statements.items.all() as unknown as ItemRow[]).map((row) => ({
    kind: row.kind,
    key: row.key,
    value: JSON.parse(row.value) as Json,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
  return { version: versionOf(statements), items };
}

/** Writes a commit and what it changes; belongs in a transaction. */
export function insertCommit(statements: Statements, commit: Commit): void {
  const { version, at, actor, action, environment, changes, touches } = commit;
  statements.putCommit.run(
    version,
    at,
    actor,
    action,
    environment ?? null,
    JSON.stringify(touches),
  );
  for (const { kind, key, before, after } of changes) {
    const next = after === null ? null : JSON.stringify(after);
    statements.putChange.run(
      version,
      kind,
      key,
      before === null ? null : JSON.stringify(before),
      next,
    );
    if (next === null) statements.deleteItem.run(kind, key);
    else statements.putItem.run(kind, key, next, version, at);
  }
  forgetCounts(statements.counting, changes);
  for (const touched of touches) statements.touch.run(version, touched);
}

interface CommitRow {
  readonly version: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly environment: string | null;
  readonly touches: string;
}

interface ChangeRow {
  readonly kind: Item['kind'];
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The commits that are asked for. */
export function readAudit(statements: Statements, query: AuditQuery): Commit[] {
  const { before = Number.MAX_SAFE_INTEGER, kind = null, key = null, limit } = query;
  const rows = statements.commits.all(before, kind, key, limit) as unknown as CommitRow[];
  return rows.map(({ environment, touches, ...row }) => ({
    ...row,
    ...(environment === null ? {} : { environment }),
    touches: JSON.parse(touches) as string[],
    changes: (statements.changes.all(row.version) as unknown as ChangeRow[]).map(readChange),
  }));
}

function readChange({ kind, key, before, after }: ChangeRow): ItemChange {
  return { kind, key, before: readJson(before), after: readJson(after) };
}

function readJson(text: string | null): Json {
  return text === null ? null : (JSON.parse(text) as Json);
}
