// Somebody saves the flags file in place, slowly, while the server reads and writes it.

import { closeSync, openSync, readFileSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { folder } from './folder.fixture.ts';
import { openSqlite } from './sqlite.ts';
import { commitOf, flag, put } from './store.contract.ts';
import type { Commit, Contents, Store } from './store.ts';
import { openYaml, type YamlOptions } from './yaml.ts';
import { realDisk, type Disk } from './yaml/disk.ts';
import { parse } from './yaml/project.fixture.ts';

const TEXT = '# ours\nflags:\n  a: {}\n  b: {enabled: true}\n  c: {}\n';
const FLAGS = ['a', 'b', 'c'];

function open(path: string, options: Partial<YamlOptions> = {}): Promise<Store> {
  const database = openSqlite(join(dirname(path), '.flags.db'));
  return openYaml({ path, database, parse, now: () => new Date(0), ...options });
}

function fileWith(text: string): string {
  const path = join(folder(), 'flags.yml');
  writeFileSync(path, text);
  return path;
}

const flagsOf = ({ items }: Contents): string[] =>
  items.filter(({ kind }) => kind === 'flag').map(({ key }) => key);
const add = (version: number, key: string): Commit =>
  commitOf(version, put('flag', key, flag(key, { enabled: true })));

/** A pace whose time passes at once; with each pause somebody takes the next step. */
function paceOf(
  steps: (() => void)[],
  again: () => void = () => undefined,
): {
  settle: number;
  patience: number;
  sleep: () => Promise<void>;
} {
  const sleep = (): Promise<void> => {
    (steps.shift() ?? again)();
    return Promise.resolve();
  };
  return { settle: 300, patience: 2000, sleep };
}

/** An editor that saves in place: empties the file, then writes into the same descriptor. */
function saving(path: string): { write: (text: string) => void; done: () => void } {
  const descriptor = openSync(path, 'w');
  return {
    write: (text) => void writeSync(descriptor, text),
    done: () => closeSync(descriptor),
  };
}

describe('a commit while the file is being saved in place', () => {
  test('waits for the end of the save and comes on top of it', async () => {
    const path = fileWith(TEXT);
    const steps: (() => void)[] = [];
    const store = await open(path, { pace: paceOf(steps) });
    const before = await store.load();
    const editor = saving(path);
    steps.push(
      () => editor.write(TEXT.slice(0, 25)),
      () => editor.write(TEXT.slice(25)),
      () => editor.write('  mine: {}\n'),
      () => editor.done(),
    );
    expect(await store.commit(add(2, 'd'))).toBe(false);
    const after = await store.load();
    expect(flagsOf(after)).toEqual([...FLAGS, 'mine']);
    expect(after.items.filter(({ key }) => FLAGS.includes(key))).toEqual(
      before.items.filter(({ key }) => FLAGS.includes(key)),
    );
    expect(await store.commit(add(3, 'd'))).toBe(true);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(`${TEXT}  mine: {}\n  d:\n    enabled: true\n`);
    await store.close();
  });

  test('of the same text goes on when that is there again', async () => {
    const path = fileWith(TEXT);
    const steps: (() => void)[] = [];
    const store = await open(path, { pace: paceOf(steps) });
    const editor = saving(path);
    steps.push(() => editor.write(TEXT));
    expect(await store.commit(add(2, 'd'))).toBe(true);
    editor.done();
    expect(flagsOf(await store.load())).toEqual([...FLAGS, 'd']);
    expect(readFileSync(path, 'utf8')).toContain(TEXT);
    await store.close();
  });

  test('is refused while it stays empty, and leaves the file to the editor', async () => {
    const path = fileWith(TEXT);
    const store = await open(path, { pace: paceOf([]) });
    const before = await store.load();
    const editor = saving(path);
    await expect(store.commit(add(2, 'd'))).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringMatching(
        /flags\.yml is empty; write `flags: {}` to have no flags$/,
      ) as string,
    });
    editor.write(TEXT);
    editor.done();
    expect(await store.load()).toEqual(before);
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
    expect(await store.commit(add(2, 'd'))).toBe(true);
    expect(flagsOf(await store.load())).toEqual([...FLAGS, 'd']);
    await store.close();
  });

  test('is refused while it goes on changing, and changes nothing', async () => {
    const path = fileWith(TEXT);
    let writes = 0;
    const pace = paceOf([], () => {
      writes += 1;
      writeFileSync(path, `${TEXT}  d${String(writes)}: {}\n`);
    });
    const store = await open(path, { pace });
    const before = await store.load();
    writeFileSync(path, '');
    await expect(store.commit(add(2, 'd'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/flags\.yml is being written; try again$/) as string,
    });
    expect(writes).toBe(7);
    expect(await store.load()).toEqual(before);
    expect(readFileSync(path, 'utf8')).toBe(`${TEXT}  d7: {}\n`);
    await store.close();
  });

  test.each(['missing', 'half a letter'])('waits while it is %s', async (what) => {
    const path = fileWith(TEXT);
    const steps = [(): void => writeFileSync(path, `${TEXT}  mine: {}\n`)];
    let isArmed = false;
    const disk: Disk = {
      ...realDisk,
      read(target) {
        if (!isArmed || steps.length === 0) return realDisk.read(target);
        if (what === 'missing') return undefined;
        throw new TypeError('not UTF-8');
      },
    };
    const store = await open(path, { disk, pace: paceOf(steps) });
    isArmed = true;
    expect(await store.commit(add(2, 'd'))).toBe(false);
    expect(flagsOf(await store.load())).toEqual([...FLAGS, 'mine']);
    await store.close();
  });

  test('is not made over a file that was written again, even with the same text', async () => {
    const path = fileWith(TEXT);
    let touches = 1;
    const disk: Disk = {
      ...realDisk,
      writeBeside(target, text) {
        const beside = realDisk.writeBeside(target, text);
        if ((touches -= 1) === 0) utimesSync(path, 1, 1);
        return beside;
      },
    };
    const store = await open(path, { disk, pace: paceOf([]) });
    expect(await store.commit(add(2, 'd'))).toBe(false);
    expect((await store.load()).version).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
    expect(await store.commit(add(2, 'd'))).toBe(true);
    await store.close();
  });

  test.each([
    ['before it is compared', 2, ''],
    ['after it is durable', 4, ''],
    ['after it is durable, with half a letter,', 4, Buffer.of(0xc3)],
  ])(
    'is taken back where a save begins %s and leaves everything as it was',
    async (_, count, begun) => {
      const path = fileWith(TEXT);
      let [reads, armed] = [0, 0];
      const disk: Disk = {
        ...realDisk,
        read(target) {
          if ((reads += 1) === armed) writeFileSync(path, begun);
          return realDisk.read(target);
        },
      };
      const store = await open(path, { disk, pace: paceOf([]) });
      armed = reads + count;
      expect(await store.commit(add(2, 'd'))).toBe(false);
      expect(flagsOf(await store.load())).toEqual(FLAGS);
      expect(readFileSync(path)).toEqual(Buffer.from(begun));
      writeFileSync(path, TEXT);
      const { version, items } = await store.load();
      expect(items.filter(({ kind, version: last }) => kind === 'flag' && last !== 1)).toEqual([]);
      expect(await store.commit(add(version + 1, 'd'))).toBe(true);
      expect(flagsOf(await store.load())).toEqual([...FLAGS, 'd']);
      await store.close();
    },
  );
});

describe('a watched file that is saved slowly', () => {
  test.each([
    ['poll', { debounce: 60_000, interval: 1 }],
    ['watch', { debounce: 30, interval: 60_000 }],
  ])('is never taken over empty by the %s', async (_, times) => {
    const path = fileWith(TEXT);
    const store = await open(path, { pace: { ...paceOf([]), ...times } });
    const before = await store.load();
    const told: (string | undefined)[] = [];
    let wake = Promise.withResolvers<undefined>();
    store.watch({
      changed: () => told.push('changed'),
      broken: (reason) => {
        told.push(reason);
        wake.resolve(undefined);
      },
    });
    const editor = saving(path);
    await wake.promise;
    expect(await store.load()).toEqual(before);
    wake = Promise.withResolvers();
    editor.write(TEXT);
    editor.done();
    await wake.promise;
    expect(told).toEqual([expect.stringContaining('flags.yml is empty'), undefined]);
    expect(await store.load()).toEqual(before);
    expect(await store.audit({ limit: 9 })).toHaveLength(1);
    await store.close();
  });

  test('is taken over once it is whole, and nothing is told before', async () => {
    const path = fileWith(TEXT);
    const steps: (() => void)[] = [];
    const pace = { ...paceOf(steps), debounce: 60_000, interval: 1 };
    const store = await open(path, { pace });
    const before = await store.load();
    const told: (string | undefined)[] = [];
    const editor = saving(path);
    // Longer than anybody waits: the next look begins anew.
    steps.push(...Array.from({ length: 9 }, () => (): void => editor.write('# saving\n')));
    steps.push(() => editor.write(`${TEXT}  mine: {}\n`));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    store.watch({
      changed: () => {
        told.push('changed');
        resolve(undefined);
      },
      broken: (reason) => told.push(reason),
    });
    await promise;
    editor.done();
    expect(told).toEqual(['changed']);
    const after = await store.load();
    expect(flagsOf(after)).toEqual([...FLAGS, 'mine']);
    expect(after.items.slice(1, 4)).toEqual(before.items.slice(1, 4));
    await store.close();
  });
});

describe('a file that says nothing of flags', () => {
  const EMPTY = ['', ' \n\n', '# ours\n', '\uFEFF'];
  const CUT = ['---\n', '# ours\nflags:\n', 'environments: [production]\n', 'segments: {s: {}}\n'];

  test.each(EMPTY)('is fine where there are none: %j', async (text) => {
    const store = await open(fileWith(text));
    expect(flagsOf(await store.load())).toEqual([]);
    await store.close();
  });

  test.each([...EMPTY, ...CUT])('is refused where there are some: %j', async (text) => {
    const path = fileWith(TEXT);
    const store = await open(path, { pace: paceOf([]) });
    const before = await store.load();
    writeFileSync(path, text);
    const message = /flags\.yml (is empty|has no flags); write `flags: {}` to have no flags$/;
    await expect(store.commit(add(2, 'd'))).rejects.toThrow(message);
    await store.close();
    const database = openSqlite(join(dirname(path), '.flags.db'));
    await expect(open(path, { database })).rejects.toThrow(message);
    expect(await database.load()).toEqual(before);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await database.close();
  });

  test('is refused where there are only segments', async () => {
    const path = fileWith('segments: {s: {}}\n');
    await (await open(path)).close();
    writeFileSync(path, '');
    await expect(open(path)).rejects.toThrow('is empty');
  });

  test('is taken over if it says so', async () => {
    const path = fileWith(TEXT);
    const store = await open(path, { pace: paceOf([]) });
    writeFileSync(path, 'flags: {}\n');
    expect(await store.commit(add(2, 'd'))).toBe(false);
    expect(flagsOf(await store.load())).toEqual([]);
    await store.close();
  });
});
