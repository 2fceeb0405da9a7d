import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { Problem } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { addCounts, readTallies } from './sqlite-counts.ts';
import {
  insertCommit,
  prepareStatements,
  readAudit,
  readContents,
  versionOf,
  type Statements,
} from './sqlite-rows.ts';
import { watchVersion } from './sqlite-watch.ts';
import type { Commit, NotedStore } from './store.ts';

/** How long a write waits for another process's write, in milliseconds. */
const BUSY_TIMEOUT = 5000;
/** The same for counts, which can be sent again: while the driver waits, nobody is answered. */
const COUNT_BUSY_TIMEOUT = 100;
/** How often other processes' commits are looked for, in milliseconds. */
const WATCH_INTERVAL = 500;

/**
 * Opens the database, makes it if there is none, and brings its schema up to date.
 * @param path a file, or ":memory:"
 * @throws STORE_UNAVAILABLE if the file is newer than this program, or no database
 */
export function openSqlite(path: string, watchInterval: number = WATCH_INTERVAL): NotedStore {
  const database = telling(path, 'cannot be opened', () => openDatabase(path));
  try {
    telling(path, 'cannot be used', () => prepareDatabase(database, path));
    return storeOn(database, path, watchInterval);
  } catch (error) {
    database.close();
    throw error;
  }
}

function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  return new DatabaseSync(path);
}

function prepareDatabase(database: DatabaseSync, path: string): void {
  setBusyTimeout(database, BUSY_TIMEOUT);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  migrate(database, path);
}

/** What the driver and the file system throw says nothing of which file, and what to do. */
function telling<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { message, errcode } = error as Error & { errcode?: number };
    const advice = ADVICE[(errcode ?? 0) & 0xff] ?? '';
    const detail = `The database ${path} ${what}: ${message}${advice}`;
    throw new Problem('STORE_UNAVAILABLE', detail, { cause: error });
  }
}

/** By SQLite's result codes, https://sqlite.org/rescode.html. */
const ADVICE: Readonly<Record<number, string>> = {
  5: '. Another process is writing: stop it, or try again',
  8: '. Give this process the right to write the file and its directory',
  11: '. The file is damaged and was left as it is: restore a backup',
  13: '. The disk is full',
  14: '. Give this process the right to write in that directory',
  26: '. The file was left as it is: name another one, or restore a backup',
};

function migrate(database: DatabaseSync, path: string): void {
  transaction(database, () => {
    const { user_version: found } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (found > MIGRATIONS.length) {
      throw new Problem(
        'STORE_UNAVAILABLE',
        `The database ${path} was written by a newer FeatureFlags: its schema is ${String(found)}, ` +
          `this program knows ${String(MIGRATIONS.length)}. Start the newer program, or restore a backup.`,
      );
    }
    for (const migration of MIGRATIONS.slice(found)) database.exec(migration.sql);
    database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length)}`);
  });
}

function setBusyTimeout(database: DatabaseSync, milliseconds: number): void {
  database.exec(`PRAGMA busy_timeout = ${String(milliseconds)}`);
}

/** Work that would rather fail than keep everybody waiting for another process. */
function impatiently<T>(database: DatabaseSync, work: () => T): T {
  setBusyTimeout(database, COUNT_BUSY_TIMEOUT);
  try {
    return work();
  } finally {
    setBusyTimeout(database, BUSY_TIMEOUT);
  }
}

/** IMMEDIATE: two processes that both read before they write would otherwise fail, not wait. */
function transaction<T>(database: DatabaseSync, work: () => T, begin = 'BEGIN IMMEDIATE'): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // After some errors (a full disk) SQLite has rolled back by itself; the first error tells why.
  }
}

function storeOn(database: DatabaseSync, path: string, watchInterval: number): NotedStore {
  const statements = prepareStatements((text) => database.prepare(text));
  let watching: NodeJS.Timeout | undefined;
  const attempt = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      resolve(telling(path, 'does not answer', work));
    });
  const { write, ...notes } = notesOn(database, path, statements);
  return {
    kind: 'sqlite',
    load: () => attempt(() => transaction(database, () => readContents(statements), 'BEGIN')),
    commit: (commit) => attempt(() => write(commit)),
    audit: (query) => attempt(() => readAudit(statements, query)),
    count: (environment, counts, at) =>
      attempt(() =>
        impatiently(database, () =>
          transaction(database, () => addCounts(statements.counting, { environment, at }, counts)),
        ),
      ),
    tallies: (environment) => attempt(() => readTallies(statements.counting, environment)),
    watch: (watcher) => {
      clearInterval(watching);
      watching = watchVersion(statements, watcher, watchInterval);
    },
    check: () => attempt(() => void versionOf(statements)),
    close: () =>
      attempt(() => {
        clearInterval(watching);
        database.close();
      }),
    ...notes,
  };
}

interface Notes extends Pick<NotedStore, 'note' | 'setNote' | 'commitWithNote'> {
  /** @param also is done in the same transaction */
  readonly write: (commit: Commit, also?: () => unknown) => boolean;
}

function notesOn(database: DatabaseSync, path: string, statements: Statements): Notes {
  const guard = <T>(work: () => T): T => telling(path, 'does not answer', work);
  const write: Notes['write'] = (commit, also) =>
    guard(() =>
      transaction(database, () => {
        if (versionOf(statements) !== commit.version - 1) return false;
        insertCommit(statements, commit);
        also?.();
        return true;
      }),
    );
  return {
    write,
    note: (name) =>
      guard(() => (statements.note.get(name) as { value: string } | undefined)?.value),
    setNote: (name, value) => {
      guard(() => statements.setNote.run(name, value));
    },
    commitWithNote: (commit, name, value) =>
      write(commit, () => statements.setNote.run(name, value)),
  };
}
