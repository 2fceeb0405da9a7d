/** One step of the database's schema; its number is its place in the list, counted from 1. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Applied in order, each in a transaction. A migration that was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'items and their commits',
    sql: `
      CREATE TABLE items (
        kind TEXT NOT NULL CHECK (kind IN ('flag', 'segment', 'environment')),
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        version INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        UNIQUE (kind, key)
      ) STRICT;
      CREATE TABLE commits (
        version INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        environment TEXT,
        touches TEXT NOT NULL
      ) STRICT;
      CREATE TABLE commit_changes (
        version INTEGER NOT NULL REFERENCES commits (version),
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        before TEXT,
        after TEXT
      ) STRICT;
      CREATE INDEX commit_changes_by_version ON commit_changes (version);
      CREATE INDEX commit_changes_by_item ON commit_changes (key, kind, version);
    `,
  },
  {
    name: 'notes of a store on itself',
    sql: 'CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;',
  },
  {
    name: 'counts of evaluations and conversions',
    sql: `
      CREATE TABLE evaluations (
        environment TEXT NOT NULL,
        flag TEXT NOT NULL,
        variant TEXT NOT NULL,
        count INTEGER NOT NULL,
        last TEXT NOT NULL,
        PRIMARY KEY (environment, flag, variant)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE conversions (
        environment TEXT NOT NULL,
        event TEXT NOT NULL,
        count INTEGER NOT NULL,
        last TEXT NOT NULL,
        sum REAL NOT NULL,
        PRIMARY KEY (environment, event)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE count_ids (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX count_ids_by_time ON count_ids (at);
    `,
  },
];
