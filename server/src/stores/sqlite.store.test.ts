import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { countingContract } from './counting.contract.ts';
import { folder } from './folder.fixture.ts';
import { MIGRATIONS } from './migrations.ts';
import { prepareCounting } from './sqlite-counts.ts';
import { openSqlite } from './sqlite.ts';
import { commitOf, flag, put, storeContract, type Opened } from './store.contract.ts';

const NOW = '2026-03-01T12:00:00.000Z';

function openAnew(): Promise<Opened> {
  const path = join(folder(), 'data', 'flags.db');
  let store = openSqlite(path);
  const reopen = async (): Promise<typeof store> => {
    await store.close();
    store = openSqlite(path);
    return store;
  };
  return Promise.resolve({ store, reopen });
}

function openInMemory(): Promise<Opened> {
  return Promise.resolve({ store: openSqlite(':memory:'), reopen: undefined });
}

storeContract('sqlite', openAnew);
storeContract('sqlite in memory', openInMemory);
countingContract('sqlite', openAnew);
countingContract('sqlite in memory', openInMemory);

describe('a SQLite database', () => {
  test('keeps a commit when power fails: WAL, synchronous = FULL', () => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const path = join(folder(), 'flags.db');
    const store = openSqlite(path);
    const database = exec.mock.contexts[0] as DatabaseSync;
    exec.mockRestore();
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    expect(database.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 5000 });
    return store.close();
  });

  test.each(MIGRATIONS.map((_, version) => version))(
    'is migrated from schema %i',
    async (version) => {
      const path = join(folder(), 'flags.db');
      const old = new DatabaseSync(path);
      for (const { sql } of MIGRATIONS.slice(0, version)) old.exec(sql);
      if (version > 0) old.exec(`INSERT INTO items VALUES ('segment', 's', '{}', 1, 'a', 'b', 7)`);
      old.exec(`PRAGMA user_version = ${String(version)}`);
      old.close();
      const store = openSqlite(path);
      const { items } = await store.load();
      expect(items.map(({ key }) => key)).toEqual(version > 0 ? ['s'] : []);
      store.setNote('n', 'v');
      expect(store.note('n')).toBe('v');
      await store.close();
      const database = new DatabaseSync(path);
      expect(database.prepare('PRAGMA user_version').get()).toEqual({
        user_version: MIGRATIONS.length,
      });
      database.close();
    },
  );

  test('is refused, and left alone, if a newer program wrote it', () => {
    const path = join(folder(), 'flags.db');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const before = readFileSync(path);
    const message = `its schema is 99, this program knows ${String(MIGRATIONS.length)}`;
    expect(() => openSqlite(path)).toThrow(message);
    expect(new DatabaseSync(path).prepare('PRAGMA user_version').get()).toEqual({
      user_version: 99,
    });
    expect(readFileSync(path).subarray(60, 64)).toEqual(before.subarray(60, 64));
  });

  test('is refused, and left alone, if it is none', () => {
    const path = join(folder(), 'flags.db');
    const text = 'this is a letter to my aunt\n'.repeat(100);
    writeFileSync(path, text);
    expect(() => openSqlite(path)).toThrow(`${path} cannot be used: file is not a database`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('is refused if it is damaged', async () => {
    const path = join(folder(), 'flags.db');
    const store = openSqlite(path);
    await store.commit(commitOf(1, put('flag', 'a', flag('a'))));
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, bytes.length);
    writeFileSync(path, bytes);
    expect(() => openSqlite(path)).toThrow('The file is damaged and was left as it is');
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('tells which directory it cannot have', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const path = join(file, 'flags.db');
    expect(() => openSqlite(path)).toThrow(`The database ${path} cannot be opened`);
    expect(() => openSqlite(folder())).toThrow('unable to open database file. Give this process');
  });

  test('is told of what another connection commits, and of nothing else', async () => {
    const path = join(folder(), 'flags.db');
    const [one, other] = [openSqlite(path, 1), openSqlite(path)];
    const changed = Promise.withResolvers<number>();
    let seen = 0;
    one.watch({ changed: () => changed.resolve(seen), broken: () => undefined });
    seen = 1;
    await one.commit(commitOf(1, put('flag', 'a', flag('a'))));
    seen = 2;
    await other.commit(commitOf(2, put('flag', 'b', flag('b'))));
    expect(await changed.promise).toBe(2);
    const { version, items } = await one.load();
    expect([version, items.length]).toEqual([2, 2]);
    await Promise.all([one.close(), other.close()]);
  });

  test('is not told of what another connection only counts', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const path = join(folder(), 'flags.db');
    const [one, other] = [openSqlite(path, 1), openSqlite(path)];
    await one.commit(commitOf(1, put('environment', 'production', {})));
    let told = 0;
    const look = (): number => {
      vi.advanceTimersByTime(1);
      return told;
    };
    one.watch({ changed: () => void (told += 1), broken: () => undefined });
    const count = { kind: 'conversion', event: 'e', count: 1, sum: 0, last: NOW } as const;
    await other.count('production', [count], NOW);
    expect(look()).toBe(0);
    await other.commit(commitOf(2, put('flag', 'a', flag('a'))));
    expect(look()).toBe(1);
    await other.count('production', [count], NOW);
    expect(look()).toBe(1);
    await one.commit(commitOf(3, put('flag', 'own', flag('own'))));
    look();
    await other.count('production', [count], NOW);
    expect(look()).toBe(1);
    // Both at once, and another one of our own before.
    await one.commit(commitOf(4, put('flag', 'b', flag('b'))));
    await other.count('production', [count], NOW);
    await other.commit(commitOf(5, put('flag', 'c', flag('c'))));
    expect(look()).toBe(2);
    await Promise.all([one.close(), other.close()]);
  });

  test('waits while another process writes', async () => {
    const path = join(folder(), 'flags.db');
    const store = openSqlite(path);
    // A thread of its own: this one stands still while it waits.
    const other = new Worker(
      `const { DatabaseSync } = require('node:sqlite');
       const { parentPort } = require('node:worker_threads');
       const database = new DatabaseSync(${JSON.stringify(path)});
       database.exec('BEGIN IMMEDIATE');
       parentPort.postMessage('writing');
       setTimeout(() => { database.exec('COMMIT'); database.close(); }, 100);`,
      { eval: true },
    );
    await new Promise((resolve) => other.once('message', resolve));
    const started = performance.now();
    expect(await store.commit(commitOf(1, put('flag', 'a', flag('a'))))).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(20);
    await other.terminate();
    await store.close();
  });

  test('gives up soon where it only counts: meanwhile nobody is answered', async () => {
    const path = join(folder(), 'flags.db');
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const store = openSqlite(path);
    const database = exec.mock.contexts[0] as DatabaseSync;
    exec.mockRestore();
    await store.commit(commitOf(1, put('environment', 'production', {})));
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const count = { kind: 'conversion', event: 'e', count: 1, sum: 0, last: NOW } as const;
    const started = performance.now();
    await expect(store.count('production', [count], NOW)).rejects.toThrow('Another process');
    expect(performance.now() - started).toBeLessThan(3000);
    other.close();
    expect(database.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 5000 });
    expect(await store.count('production', [count], NOW)).toMatchObject({ accepted: 1 });
    await store.close();
  });

  test('looks through no whole table to count, or to forget', () => {
    const path = join(folder(), 'flags.db');
    void openSqlite(path).close();
    const database = new DatabaseSync(path);
    const plans: string[] = [];
    prepareCounting((text) => {
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[];
      plans.push(...steps.map(({ detail }) => detail));
      return database.prepare(text);
    });
    database.close();
    expect(plans.filter((detail) => detail.startsWith('SEARCH')).length).toBeGreaterThan(9);
    expect(plans.filter((detail) => /^SCAN (?!CONSTANT)/.test(detail))).toEqual([]);
  });

  test('undoes a commit that fails half-way, and its note', async () => {
    const store = openSqlite(':memory:');
    const bad = { ...commitOf(1, put('flag', 'a', flag('a')), put('other' as 'flag', 'b', 1)) };
    await expect(store.commit(bad)).rejects.toThrow('The database :memory: does not answer: CHECK');
    expect(() => store.commitWithNote(bad, 'n', 'v')).toThrow('CHECK constraint');
    expect(await store.load()).toEqual({ version: 0, items: [] });
    expect(store.note('n')).toBeUndefined();
    expect(store.commitWithNote(commitOf(2), 'n', 'v')).toBe(false);
    expect(store.note('n')).toBeUndefined();
    await store.close();
    await expect(store.check()).rejects.toThrow('does not answer');
  });

  test('tells the watcher while it does not answer', async () => {
    const store = openSqlite(':memory:', 1);
    const broken = Promise.withResolvers<string | undefined>();
    const open = vi.spyOn(globalThis, 'clearInterval').mockReturnValue(undefined);
    store.watch({ changed: () => undefined, broken: broken.resolve });
    await store.close();
    open.mockRestore();
    expect(await broken.promise).toBeTypeOf('string');
  });

  test('is one file after it is closed', async () => {
    const path = join(folder(), 'flags.db');
    const store = openSqlite(path);
    await store.commit(commitOf(1, put('flag', 'a', flag('a'))));
    await store.close();
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  });
});
