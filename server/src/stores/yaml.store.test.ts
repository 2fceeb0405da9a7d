import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { folder } from './folder.fixture.ts';
import { openSqlite } from './sqlite.ts';
import { countingContract } from './counting.contract.ts';
import { commitOf, flag, put, storeContract, type Opened } from './store.contract.ts';
import type { Commit, Store } from './store.ts';
import { openYaml, type YamlOptions } from './yaml.ts';
import { realDisk, type Disk } from './yaml/disk.ts';
import { parse } from './yaml/project.fixture.ts';

type Options = Partial<YamlOptions>;

function open(path: string, options: Options = {}): Promise<Store> {
  const database = openSqlite(join(dirname(path), '.flags.db'));
  const pace = { settle: 0, ...options.pace };
  return openYaml({ path, database, parse, now: () => new Date(0), ...options, pace });
}

async function openAnew(): Promise<Opened> {
  const path = join(folder(), 'flags', 'flags.yml');
  let store = await open(path);
  const reopen = async (): Promise<Store> => {
    await store.close();
    store = await open(path);
    return store;
  };
  return { store, reopen };
}

storeContract('yaml', openAnew);
countingContract('yaml', openAnew);

/** A file in a directory of its own. */
function fileWith(text: string): string {
  const path = join(folder(), 'flags.yml');
  writeFileSync(path, text);
  return path;
}

const keysOf = async (store: Store): Promise<string[]> => {
  const { items } = await store.load();
  return items.filter(({ kind }) => kind === 'flag').map(({ key }) => key);
};
const actionsOf = async (store: Store): Promise<string[]> =>
  (await store.audit({ limit: 100 })).map(({ version, action }) => `${String(version)} ${action}`);
const add = (version: number, key: string): Commit =>
  commitOf(version, put('flag', key, flag(key, { enabled: true })));

describe('the flags file at start', () => {
  test('is made, with its directory, if there is none', async () => {
    const path = join(folder(), 'a', 'b', 'flags.yml');
    const store = await open(path);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# The feature flags\..*\n.*docs\/flags-file\.md\.\n\nflags: {}\n$/);
    expect(await actionsOf(store)).toEqual(['1 file.read']);
    await store.commit(add(2, 'a'));
    expect(readFileSync(path, 'utf8')).toBe(
      text.replace('flags: {}', 'flags:\n  a:\n    enabled: true'),
    );
    await store.close();
  });

  test('is read once, and not again after a restart', async () => {
    const path = fileWith(
      'environments: [production, dev]\nflags:\n  a: {enabled: true}\nsegments:\n  s: {}\n',
    );
    const store = await open(path);
    expect(await store.audit({ limit: 9 })).toEqual([
      {
        version: 1,
        at: '1970-01-01T00:00:00.000Z',
        actor: 'file',
        action: 'file.read',
        changes: [
          put('environment', 'production', {}),
          put('environment', 'dev', {}),
          put('segment', 's', {}),
          put('flag', 'a', flag('a', { enabled: true })),
        ],
        touches: ['production', 'dev'],
      },
    ]);
    await store.close();
    const again = await open(path);
    expect(await actionsOf(again)).toEqual(['1 file.read']);
    await again.close();
  });

  test('may have been edited meanwhile', async () => {
    const path = fileWith('environments: [production, dev]\nflags:\n  a: {}\n  b: {}\n');
    await (await open(path)).close();
    writeFileSync(
      path,
      '# only dev\nenvironments: [production, dev]\nflags:\n  a: {environments: {dev: {enabled: true}}}\n',
    );
    const store = await open(path);
    const [edit] = await store.audit({ limit: 1 });
    expect(edit).toMatchObject({
      version: 2,
      actor: 'file',
      action: 'file.edit',
      touches: ['production', 'dev'],
    });
    expect(edit?.changes).toEqual([
      {
        kind: 'flag',
        key: 'a',
        before: flag('a'),
        after: expect.objectContaining({
          environments: { dev: { enabled: true, targets: [], rules: [] } },
        }),
      },
      { kind: 'flag', key: 'b', before: flag('b'), after: null },
    ]);
    await store.close();
  });

  test('touches only the environments in which something is different', async () => {
    const path = fileWith('environments: [production, dev]\nflags:\n  a: {}\n');
    await (await open(path)).close();
    writeFileSync(
      path,
      'environments: [production, dev]\nflags:\n  a: {description: x, environments: {dev: {enabled: true}}}\n',
    );
    const store = await open(path);
    expect((await store.audit({ limit: 1 }))[0]?.touches).toEqual(['dev']);
    const { items } = await store.load();
    expect(items.map(({ key, version }) => [key, version])).toEqual([
      ['production', 1],
      ['dev', 2],
      ['a', 2],
    ]);
    await store.close();
  });

  test('makes no commit of a comment', async () => {
    const path = fileWith('flags:\n  a: {}\n');
    await (await open(path)).close();
    writeFileSync(path, '# new\nflags:\n  "a": { }\n');
    const store = await open(path);
    expect(await actionsOf(store)).toEqual(['1 file.read']);
    await store.commit(add(2, 'b'));
    expect(readFileSync(path, 'utf8')).toBe(
      '# new\nflags:\n  "a": { }\n\n  b:\n    enabled: true\n',
    );
    await store.close();
  });

  test('is written again if it was lost', async () => {
    const path = fileWith('environments: [dev]\nflags:\n  a: {}\n');
    await (await open(path)).close();
    rmSync(path);
    const store = await open(path);
    expect(await actionsOf(store)).toEqual(['1 file.read']);
    expect(readFileSync(path, 'utf8')).toContain('\nenvironments: [dev]\nflags:\n  a: {}\n');
    await store.close();
  });

  test.each([
    [
      'flags:\n  a:\n    enabled: "on"\n',
      '3:14: /flags/a/enabled: expected true or false, got string',
    ],
    ['flags:\n  a:\n    enabld: true\n', '3:5: /flags/a/enabld: unknown field'],
    [
      'flags:\n  a:\n    rules:\n      - serve: on\n      - serve: up\n',
      '5:16: /flags/a/rules/1/serve: no variant "up"; the flag has: on, off',
    ],
    [
      'flags:\n  a:\n    rules:\n      - when:\n          - { attribute: x, op: inn, values: [1] }\n        serve: on\n',
      '5:33: /flags/a/rules/0/when/0/op: "inn" is not an operator; known: ',
    ],
    [
      'flags:\n  a:\n    rules:\n      - rollout: 5%\n',
      '4:9: /flags/a/rules/0/serve: serve is missing',
    ],
    ['flags:\n  "no way": {}\n', '2:3: /flags/no way: "no way" is not a key'],
    [
      'flags:\n  a: {environments: {dev: {enabled: true}}}\n',
      '2:22: /flags/a/environments/dev: there is no environment dev',
    ],
    ['flags:\n  a: {}\n  b: {}\n  a: {}\n', '4:3: a is here twice'],
    ['flags: &x {}\n', '1:8: anchors are not read here'],
    ['flags: *x\n', '1:8: '],
    ['flags:\n  <<: {a: {}}\n', '2:3: merge keys are not read here'],
    ['flags:\n  a: !!js/function x\n', '2:6: tags are not read here: leave '],
    ['flags: {}\n---\nflags: {}\n', '2:1: a second document begins here'],
    ['%YAML 1.1\n---\nflags: {}\n', '1:1: directives are not read here'],
    ['flags:\n\ta: {}\n', '2:1: Tabs are not allowed as indentation'],
    ['flags:\n  a: {enabled: true\n', '3:1: '],
    ['\uFEFFflags: 1\r\n', '1:8: /flags: expected an object, got number'],
    ['schema: 2\n', '1:9: /schema: this program knows schema 1, got 2'],
    ['[]\n', '1:1: expected an object, got list'],
    ['flags:\n  a: {metadata: {x: .inf}}\n', '2:21: .inf is not a number that JSON has'],
    ['flags:\n  ? [a]\n  : {}\n', '2:5: a key must be a text'],
    ['[['.repeat(5000), 'lists and objects are nested too deeply'],
    [`# ${'x'.repeat(10 * 1024 * 1024)}`, '1:1: the file is larger than 10 MB'],
  ])('is refused if it is invalid: %#', async (text, message) => {
    const path = fileWith(text);
    const database = openSqlite(join(dirname(path), '.flags.db'));
    const opening = openYaml({ path, database, parse });
    await expect(opening).rejects.toMatchObject({ code: 'FILE_INVALID' });
    const { message: got } = (await opening.catch((error: unknown) => error)) as Error;
    expect(got).toContain(`${path}:`);
    expect(got).toContain(message);
    expect(got).toContain('Correct the file');
    expect((await database.load()).version).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await database.close();
  });

  test('tells of 20 mistakes at most, in their order', async () => {
    const lines = Array.from({ length: 25 }, (_, index) => `  f${String(index)}: {enabled: 1}`);
    const path = fileWith(['flags:', ...lines, ''].join('\n'));
    const error = (await open(path).catch((reason: unknown) => reason)) as Error;
    const told = error.message.split('\n');
    expect(told[0]).toContain(':2:17: /flags/f0/enabled: ');
    expect(told[20]).toBe('… and 5 more');
    expect(told).toHaveLength(22);
  });

  test('is refused if it is not UTF-8, or a directory', async () => {
    const path = fileWith('');
    writeFileSync(path, Buffer.from([0x66, 0xff]));
    await expect(open(path)).rejects.toThrow('cannot be read: it is not UTF-8');
    rmSync(path);
    mkdirSync(path);
    await expect(open(path)).rejects.toThrow('cannot be read: EISDIR');
  });
});

describe('a commit', () => {
  test('keeps the mode of the file and a symbolic link', async () => {
    const path = join(folder(), 'flags.yml');
    mkdirSync(join(dirname(path), 'real'));
    const target = join(dirname(path), 'real', 'it.yml');
    writeFileSync(target, 'flags: {}\n');
    chmodSync(target, 0o640);
    symlinkSync('real/it.yml', path);
    const store = await open(path);
    expect(await store.commit(add(2, 'a'))).toBe(true);
    expect(readlinkSync(path)).toBe('real/it.yml');
    expect(readFileSync(target, 'utf8')).toContain('  a:\n');
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(target))).toEqual(['it.yml']);
    await store.close();
  });

  test('is refused once if the file was edited, and comes on top of the edit', async () => {
    const path = fileWith('flags:\n  a: {}\n');
    const store = await open(path);
    writeFileSync(path, 'flags:\n  a: {}\n  mine: {}\n');
    let changes = 0;
    store.watch({ changed: () => (changes += 1), broken: () => undefined });
    expect(await store.commit(add(2, 'b'))).toBe(false);
    expect(changes).toBe(1);
    expect(await store.commit(add(3, 'b'))).toBe(true);
    expect(await keysOf(store)).toEqual(['a', 'mine', 'b']);
    expect(await actionsOf(store)).toEqual(['3 flag.change', '2 file.edit', '1 file.read']);
    await store.close();
  });

  test('is refused while the file is invalid or missing, and changes nothing', async () => {
    const path = fileWith('flags:\n  a: {}\n');
    const store = await open(path);
    writeFileSync(path, 'flags:\n  a: {x: 1}\n');
    await expect(store.commit(add(2, 'b'))).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('flags.yml:2:7: /flags/a/x: unknown field') as string,
    });
    expect(readFileSync(path, 'utf8')).toBe('flags:\n  a: {x: 1}\n');
    rmSync(path);
    await expect(store.commit(add(2, 'b'))).rejects.toThrow('flags.yml is missing');
    expect(await actionsOf(store)).toEqual(['1 file.read']);
    await store.close();
  });

  test.each([
    ['EACCES', 'to the file alone'],
    ['EBUSY', 'mount the directory'],
    ['EROFS', 'read-only'],
    ['ENOSPC', 'the disk is full'],
    ['EIO', '(EIO)'],
  ])('changes nothing if the file cannot be written: %s', async (code, message) => {
    const path = fileWith('flags: {}\n');
    const disk = failing('writeBeside', Object.assign(new Error('no'), { code }));
    const store = await open(path, { disk });
    await expect(store.commit(add(2, 'a'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(message) as string,
    });
    expect((await store.load()).version).toBe(1);
    await store.close();
  });
});

/** A disk whose step `name` fails each time. */
function failing(name: keyof Disk, error: Error): Disk {
  return {
    ...realDisk,
    [name]: () => {
      throw error;
    },
  };
}

describe('an edit in the middle of a commit', () => {
  const mine = 'flags:\n  mine: {}\n';

  test('before it is durable: the edit goes first', async () => {
    const path = fileWith('flags: {}\n');
    const disk: Disk = {
      ...realDisk,
      writeBeside(target, text) {
        const beside = realDisk.writeBeside(target, text);
        writeFileSync(path, mine);
        return beside;
      },
    };
    const store = await open(path, { disk });
    expect(await store.commit(add(2, 'a'))).toBe(false);
    expect(await store.commit(add(2, 'a'))).toBe(false);
    await store.close();
    const again = await open(path);
    expect(await keysOf(again)).toEqual(['mine']);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.new'))).toEqual([]);
    await again.close();
  });

  test('after it is durable: the edit goes first, and the audit log tells all', async () => {
    const path = fileWith('flags: {}\n');
    let [reads, armed] = [0, 0];
    const disk: Disk = {
      ...realDisk,
      read(target) {
        // The commit reads it three times before the database has it, and once more.
        if ((reads += 1) === armed) writeFileSync(path, mine);
        return realDisk.read(target);
      },
    };
    const store = await open(path, { disk });
    armed = reads + 4;
    expect(await store.commit(add(2, 'a'))).toBe(false);
    // Taken back at once; the edit is waited for.
    expect(await keysOf(store)).toEqual([]);
    expect(await actionsOf(store)).toEqual(['3 file.edit', '2 flag.change', '1 file.read']);
    expect(await store.commit(add(4, 'a'))).toBe(false);
    expect(await keysOf(store)).toEqual(['mine']);
    expect(await store.commit(add(5, 'a'))).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('flags:\n  mine: {}\n\n  a:\n    enabled: true\n');
    await store.close();
  });
});

describe('a process that ends in the middle of a commit', () => {
  const steps = ['before writeBeside', 'after writeBeside', 'before replace', 'after replace'];

  test.each(steps)('%s: nothing that was answered is lost', async (step) => {
    const path = fileWith('# mine\nflags: {}\n');
    const [when, name] = step.split(' ') as ['before' | 'after', 'writeBeside' | 'replace'];
    const disk: Disk = {
      ...realDisk,
      [name]: (...parameters: [string, string]) => {
        if (when === 'after') realDisk[name](...parameters);
        throw new Error('killed');
      },
    };
    const before = await open(path);
    expect(await before.commit(add(2, 'first'))).toBe(true);
    await before.close();
    const killed = await open(path, { disk });
    await expect(killed.commit(add(3, 'second'))).rejects.toThrow();
    // The database of a killed process is never closed; its lock is gone, its log remains.
    const after = await open(path);
    const keys = name === 'replace' ? ['first', 'second'] : ['first'];
    expect(await keysOf(after)).toEqual(keys);
    expect(Object.keys(parse(await fileValue(path)).project?.flags ?? {})).toEqual(keys);
    const { version } = await after.load();
    expect((await after.audit({ limit: 9 })).map((each) => each.version)).toEqual(
      Array.from({ length: version }, (_, index) => version - index),
    );
    expect(await after.commit(add(version + 1, 'third'))).toBe(true);
    expect(readdirSync(dirname(path)).filter((each) => each.endsWith('.new'))).toEqual([]);
    await killed.close();
    await after.close();
  });

  test('and a file that was edited before the restart wins over what nobody was told', async () => {
    const path = fileWith('flags: {}\n');
    const killed = await open(path, { disk: failing('replace', new Error('killed')) });
    await expect(killed.commit(add(2, 'a'))).rejects.toThrow();
    writeFileSync(path, 'flags:\n  mine: {}\n');
    const after = await open(path);
    expect(await keysOf(after)).toEqual(['mine']);
    expect(await actionsOf(after)).toEqual(['3 file.edit', '2 flag.change', '1 file.read']);
    await killed.close();
    await after.close();
  });

  test('and what it had written beside the file is gone as well', async () => {
    const path = fileWith('flags: {}\n');
    const killed = await open(path, { disk: failing('replace', new Error('killed')) });
    await expect(killed.commit(add(2, 'a'))).rejects.toThrow();
    for (const name of readdirSync(dirname(path))) {
      if (name.endsWith('.new')) rmSync(join(dirname(path), name));
    }
    const after = await open(path);
    expect(await keysOf(after)).toEqual([]);
    expect(await actionsOf(after)).toEqual(['3 file.edit', '2 flag.change', '1 file.read']);
    await killed.close();
    await after.close();
  });
});

async function fileValue(path: string): Promise<unknown> {
  const { readYaml } = await import('./yaml/document.ts');
  return readYaml(readFileSync(path, 'utf8')).value;
}

describe('a watched file', () => {
  const pace = { debounce: 30, interval: 60_000 };

  interface Watched {
    readonly store: Store;
    readonly path: string;
    /** The next thing that the store tells: "changed", or why it is broken. */
    readonly next: () => Promise<string | undefined>;
  }

  async function watched(path: string, options: Options = {}): Promise<Watched> {
    const store = await open(path, { pace, ...options });
    const told: (string | undefined)[] = [];
    let wake = Promise.withResolvers<undefined>();
    const tell = (what: string | undefined): void => {
      told.push(what);
      wake.resolve(undefined);
    };
    store.watch({ changed: () => tell('changed'), broken: tell });
    const next = async (): Promise<string | undefined> => {
      if (told.length === 0) await wake.promise;
      wake = Promise.withResolvers();
      return told.shift();
    };
    return { store, path, next };
  }

  test('is taken over when it is saved', async () => {
    const { store, path, next } = await watched(fileWith('flags: {}\n'));
    writeFileSync(path, 'flags:\n  a: {}\n');
    expect(await next()).toBe('changed');
    expect(await keysOf(store)).toEqual(['a']);
    writeFileSync(`${path}.tmp`, 'flags:\n  b: {}\n');
    renameSync(`${path}.tmp`, path);
    expect(await next()).toBe('changed');
    expect(await keysOf(store)).toEqual(['b']);
    await store.close();
  });

  test('goes on being served while it is broken or gone', async () => {
    const { store, path, next } = await watched(fileWith('flags:\n  a: {}\n'));
    writeFileSync(path, 'flags:\n  a: {y: 1}\n');
    expect(await next()).toContain('flags.yml:2:7: /flags/a/y: unknown field');
    expect(await keysOf(store)).toEqual(['a']);
    rmSync(path);
    expect(await next()).toContain('flags.yml is missing');
    writeFileSync(path, 'flags:\n  a: {}\n');
    expect(await next()).toBeUndefined();
    writeFileSync(path, 'flags:\n  b: {}\n');
    expect(await next()).toBe('changed');
    expect(await actionsOf(store)).toEqual(['2 file.edit', '1 file.read']);
    await store.close();
  });

  test('may be a link that Kubernetes swaps', async () => {
    const directory = folder();
    const version = (name: string, text: string): void => {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, 'flags.yml'), text);
    };
    version('..one', 'flags: {}\n');
    version('..two', 'flags:\n  a: {}\n');
    symlinkSync('..one', join(directory, '..data'));
    symlinkSync('..data/flags.yml', join(directory, 'flags.yml'));
    const { store, next } = await watched(join(directory, 'flags.yml'));
    symlinkSync('..two', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    expect(await next()).toBe('changed');
    expect(await keysOf(store)).toEqual(['a']);
    await store.close();
  });

  test('is looked at where nothing tells of changes', async () => {
    const { store, path, next } = await watched(fileWith('flags: {}\n'), {
      pace: { debounce: 60_000, interval: 1 },
    });
    writeFileSync(path, 'flags:\n  a: {}\n');
    expect(await next()).toBe('changed');
    await store.close();
  });

  test('in a directory that goes away is looked for', async () => {
    const path = join(folder(), 'sub', 'flags.yml');
    mkdirSync(dirname(path));
    writeFileSync(path, 'flags: {}\n');
    const database = openSqlite(':memory:');
    const { store, next } = await watched(path, { database, pace: { debounce: 1, interval: 1 } });
    rmSync(dirname(path), { recursive: true });
    expect(await next()).toContain('flags.yml is missing');
    expect(existsSync(path)).toBe(false);
    expect(await store.check()).toBeUndefined();
    await store.close();
  });

  test("tells nothing of this process's own commits", async () => {
    const { store, path, next } = await watched(fileWith('flags: {}\n'));
    expect(await store.commit(add(2, 'a'))).toBe(true);
    writeFileSync(path, readFileSync(path, 'utf8').replace('a:', 'b:'));
    expect(await next()).toBe('changed');
    expect(await actionsOf(store)).toEqual(['3 file.edit', '2 flag.change', '1 file.read']);
    await store.close();
  });
});
