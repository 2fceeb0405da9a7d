import {
  emptyObject,
  readDefinition,
  type Issue,
  type Json,
  type JsonObject,
} from '@featureflags/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Commit, Contents, Item, ItemChange, Store } from './store.ts';

/** A store that a test was given. */
export interface Opened {
  readonly store: Store;
  /** Closes it and opens it again on the same data; undefined if it forgets. */
  readonly reopen: (() => Promise<Store>) | undefined;
}

/** A flag as stores keep it. */
export function flag(key: string, written: JsonObject = {}): Json {
  const issues: Issue[] = [];
  const known = ['production', 'staging'];
  const definition = readDefinition({ path: '', issues }, key, written, known);
  expect(issues).toEqual([]);
  return definition as unknown as Json;
}

export function put(kind: ItemChange['kind'], key: string, after: Json | null): ItemChange {
  return { kind, key, before: null, after };
}

/** A commit of one thing after another. */
export function commitOf(version: number, ...changes: ItemChange[]): Commit {
  const at = new Date(Date.UTC(2026, 0, 1) + version * 1000).toISOString();
  return { version, at, actor: 'ann', action: 'flag.change', changes, touches: [] };
}

/** What every store must do. A store may begin with a commit of its own: `base`. */
export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let store: Store;
    let reopen: Opened['reopen'];
    let base: number;

    beforeEach(async () => {
      ({ store, reopen } = await open());
      const { version, items } = await store.load();
      base = version;
      if (items.length > 0) return;
      base += 1;
      await store.commit(commitOf(base, put('environment', 'production', {})));
    });
    afterEach(() => store.close());

    const make = (count: number, ...changes: ItemChange[]): Promise<boolean> =>
      store.commit(commitOf(base + count, ...changes));
    const loaded = async (): Promise<Contents> => {
      if (reopen === undefined) return store.load();
      store = await reopen();
      return store.load();
    };
    const flagsOf = ({ items }: Contents): Item[] => items.filter(({ kind }) => kind === 'flag');
    const written = async (value: Json, key = 'k'): Promise<Json | undefined> => {
      expect(await make(1, put('flag', key, value))).toBe(true);
      return flagsOf(await loaded())[0]?.value;
    };

    test('holds at first no more than the first environment', async () => {
      const { items } = await store.load();
      expect(items.map(({ kind, key, value }) => [kind, key, value])).toEqual([
        ['environment', 'production', {}],
      ]);
    });

    test('keeps what was committed, in the order of creation, through a restart', async () => {
      await make(1, put('flag', 'b', flag('b')), put('flag', 'a', flag('a')));
      await make(2, put('segment', 's', { include: ['x'] }));
      await make(3, put('flag', 'b', flag('b', { enabled: true })));
      const { version, items } = await loaded();
      expect(version).toBe(base + 3);
      expect(items.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
        'environment production',
        'flag b',
        'flag a',
        'segment s',
      ]);
      expect(items[1]).toEqual({
        kind: 'flag',
        key: 'b',
        value: flag('b', { enabled: true }),
        version: base + 3,
        createdAt: commitOf(base + 1).at,
        updatedAt: commitOf(base + 3).at,
      });
    });

    test('counts versions without a gap and refuses every other one', async () => {
      expect(await make(1, put('flag', 'a', flag('a')))).toBe(true);
      const before = await store.load();
      for (const wrong of [-1, 0, 1, 3]) {
        expect(await make(wrong, put('flag', 'z', flag('z')))).toBe(false);
      }
      expect(await store.load()).toEqual(before);
      expect(await make(2, put('flag', 'c', flag('c')))).toBe(true);
      const versions = (await store.audit({ limit: 100 })).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: base + 2 }, (_, index) => base + 2 - index));
    });

    test('lets one of many commits of the same version win', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `f${String(index)}`);
      const results = await Promise.all(names.map((key) => make(1, put('flag', key, flag(key)))));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(flagsOf(await loaded()).map(({ key }) => key)).toEqual([names[results.indexOf(true)]]);
    });

    test('deletes, and creates again as something new', async () => {
      await make(1, put('flag', 'a', flag('a')), put('flag', 'b', flag('b')));
      await make(2, { ...put('flag', 'a', null), before: flag('a') });
      expect(flagsOf(await store.load()).map(({ key }) => key)).toEqual(['b']);
      await make(3, put('flag', 'a', flag('a')));
      const flags = flagsOf(await loaded());
      expect(flags.map(({ key }) => key)).toEqual(['b', 'a']);
      expect(flags[1]?.createdAt).toBe(commitOf(base + 3).at);
    });

    test('moves the version of the environments that a commit touches, and of no other', async () => {
      await make(1, put('environment', 'staging', {}));
      const change = put('flag', 'a', flag('a', { enabled: true }));
      expect(await store.commit({ ...commitOf(base + 2, change), touches: ['production'] })).toBe(
        true,
      );
      const { items } = await loaded();
      const versions = Object.fromEntries(items.map(({ key, version }) => [key, version]));
      expect(versions).toEqual({ production: base + 2, staging: base + 1, a: base + 2 });
    });

    test('has environments', async () => {
      await make(1, put('environment', 'staging', {}), put('environment', 'dev', {}));
      await make(2, put('environment', 'staging', null));
      const { items } = await loaded();
      expect(items.map(({ key }) => key)).toEqual(['production', 'dev']);
    });

    test.each([
      'constructor',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '0',
      '1e3',
      'null',
      'true',
      'on',
      '1.10',
      '0x1F',
      'a.b-c_d',
      'x'.repeat(128),
    ])('takes a key of every kind: %#', async (key) => {
      await make(1, put('flag', key, flag(key)), put('segment', key, {}));
      await make(2, put('environment', key, {}));
      const { items } = await loaded();
      expect(items.map((item) => [item.kind, item.key]).slice(1)).toEqual([
        ['flag', key],
        ['segment', key],
        ['environment', key],
      ]);
      expect(items[1]?.value).toEqual(flag(key));
    });

    test.each([
      'ünïcödé 日本語 🎉',
      `quotes ' " \` and \\ backslash`,
      'tab\tnewline\ncarriage\rreturn\r\n',
      '\u0000\u0001\u001F\u007F\u0085\u2028\u2029\uFEFF',
      'a lone \uD800 surrogate',
      ' spaces ',
      '# no comment: really',
      '- ? : , [ ] { } & * ! | > % @',
      '---',
      '...',
      '',
      'null',
      '12',
      '<<',
      'x'.repeat(5000),
    ])('keeps the text %#', async (text) => {
      const variants = [
        { name: 'a', value: { [text]: text, list: [text, [text], { [text]: null }] } },
      ];
      const wanted = flag('k', {
        description: text,
        variants,
        off: 'a',
        default: 'a',
        tags: [text],
      });
      expect(await written(wanted)).toEqual(wanted);
    });

    test.each([0, -0, 1e21, 1e-7, 0.1, -1.5, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE])(
      'keeps the number %s',
      async (number) => {
        const wanted = flag('k', { variants: { a: number }, off: 'a', default: 'a' });
        expect(JSON.stringify(await written(wanted))).toBe(JSON.stringify(wanted));
      },
    );

    test('keeps an object with the members __proto__ and constructor', async () => {
      const value = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "empty": {}}') as Json;
      const wanted = flag('k', { variants: { a: value }, off: 'a', default: 'a' });
      expect(JSON.stringify(await written(wanted))).toBe(JSON.stringify(wanted));
    });

    test('keeps 1,000 items of one commit', async () => {
      const keys = Array.from({ length: 1000 }, (_, index) => `flag-${String(index)}`);
      await make(1, ...keys.map((key) => put('flag', key, flag(key, { description: key }))));
      const flags = flagsOf(await loaded());
      expect(flags.map(({ key }) => key)).toEqual(keys);
      expect(flags[500]?.value).toEqual(flag('flag-500', { description: 'flag-500' }));
    });

    describe('audit', () => {
      const at = (count: number): Commit => ({
        ...commitOf(base + count),
        environment: 'production',
        touches: ['production'],
      });
      let commits: Commit[];

      beforeEach(async () => {
        const segment = put('segment', 'a', { include: ['é'] });
        commits = [
          { ...at(1), changes: [put('flag', 'a', flag('a'))] },
          { ...at(2), changes: [segment, put('flag', 'b', flag('b'))] },
          { ...at(3), actor: 'bo', changes: [{ ...put('flag', 'a', null), before: flag('a') }] },
        ];
        for (const commit of commits) {
          expect(await store.commit(commit)).toBe(true);
        }
        if (reopen !== undefined) store = await reopen();
      });

      test('gives whole commits, the newest first', async () => {
        const found = await store.audit({ limit: 3 });
        expect(found).toEqual(commits.toReversed());
      });

      test('takes a limit, and goes on before a version', async () => {
        const first = await store.audit({ limit: 2 });
        expect(first.map(({ version }) => version)).toEqual([base + 3, base + 2]);
        const next = await store.audit({ limit: 1, before: base + 2 });
        expect(next).toEqual([commits[0]]);
      });

      test.each([
        [{ kind: 'flag', key: 'a' }, [3, 1]],
        [{ kind: 'segment' }, [2]],
        [{ kind: 'segment', key: 'b' }, []],
        [{ key: 'a' }, [3, 2, 1]],
        [{ key: 'a', before: 2 }, [1]],
      ] as const)('finds by %j', async ({ ...query }, versions) => {
        const before = 'before' in query ? { before: base + query.before } : {};
        const found = await store.audit({ ...query, ...before, limit: 100 });
        expect(found.map(({ version }) => version - base)).toEqual(versions);
      });
    });

    test('keeps what it was given, even if the giver changes it afterwards', async () => {
      const value = Object.assign(emptyObject(), flag('a') as JsonObject);
      await make(1, put('flag', 'a', value));
      value['description'] = 'changed';
      expect(flagsOf(await store.load())[0]?.value).toEqual(flag('a'));
    });

    test('answers a check', async () => {
      expect(await store.check()).toBeUndefined();
    });
  });
}
