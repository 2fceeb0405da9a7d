import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { commitOf, flag, put, type Opened } from './store.contract.ts';
import {
  COUNT_IDS,
  MAX_CONVERSIONS,
  type ConversionCount,
  type Count,
  type Counted,
  type ExposureCount,
  type ItemChange,
  type Store,
} from './store.ts';

const START = Date.UTC(2026, 5, 1);

/** So many milliseconds after the start. */
function at(milliseconds: number): string {
  return new Date(START + milliseconds).toISOString();
}

function exposure(variant: string, count: number, over: Partial<ExposureCount> = {}): Count {
  return { kind: 'exposure', flag: 'a', variant, count, last: at(0), ...over };
}

function conversion(event: string, over: Partial<ConversionCount> = {}): Count {
  return { kind: 'conversion', event, count: 1, sum: 0, last: at(0), ...over };
}

function counted(accepted: number, duplicates: number, unknown: number): Counted {
  return { accepted, duplicates, unknown };
}

/** What every store must do with counts. */
export function countingContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name}, counting`, () => {
    let store: Store;
    let reopen: Opened['reopen'];
    let version: number;

    const commit = async (...changes: ItemChange[]): Promise<void> => {
      version += 1;
      expect(await store.commit(commitOf(version, ...changes))).toBe(true);
    };
    const count = (...counts: Count[]): Promise<Counted> =>
      store.count('production', counts, at(0));
    const reopened = async (): Promise<Store> => {
      if (reopen !== undefined) store = await reopen();
      return store;
    };
    const flagsIn = async (environment = 'production'): Promise<object> =>
      Object.fromEntries(
        [...(await store.tallies(environment)).flags].map(([key, variants]) => [
          key,
          Object.fromEntries(variants),
        ]),
      );
    const conversions = async (): Promise<object> =>
      Object.fromEntries((await store.tallies('production')).conversions);

    beforeEach(async () => {
      ({ store, reopen } = await open());
      const { version: found, items } = await store.load();
      version = found;
      if (items.length === 0) await commit(put('environment', 'production', {}));
      await commit(
        put('environment', 'staging', {}),
        put('flag', 'a', flag('a')),
        put('flag', 'constructor', flag('constructor')),
      );
    });
    afterEach(() => store.close());

    test('has counted nothing at first', async () => {
      expect([await flagsIn(), await conversions()]).toEqual([{}, {}]);
    });

    test('adds up by environment, flag and variant, and keeps the last time', async () => {
      expect(await count(exposure('on', 2), exposure('off', 1))).toEqual(counted(2, 0, 0));
      await count(exposure('on', 40, { last: at(5) }), exposure('off', 1, { last: at(-5) }));
      await store.count('staging', [exposure('on', 7, { flag: 'constructor' })], at(0));
      await reopened();
      expect(await flagsIn()).toEqual({
        a: { on: { count: 42, last: at(5) }, off: { count: 2, last: at(0) } },
      });
      expect(await flagsIn('staging')).toEqual({
        constructor: { on: { count: 7, last: at(0) } },
      });
    });

    test('adds up conversions, and what they are worth', async () => {
      await count(conversion('buy', { sum: 59.5 }), conversion('look', { count: 3 }));
      await count(conversion('buy', { count: 2, sum: -9.25, last: at(9) }));
      await reopened();
      expect(await conversions()).toEqual({
        buy: { count: 3, sum: 50.25, last: at(9) },
        look: { count: 3, sum: 0, last: at(0) },
      });
    });

    test.each([
      '',
      'constructor',
      '__proto__',
      'ü 🎉',
      'a\u0000b',
      '\uD800',
      "'; --",
      'x'.repeat(128),
    ])('takes an event of any name: %#', async (event) => {
      await count(conversion(event));
      await reopened();
      expect([...(await store.tallies('production')).conversions.keys()]).toEqual([event]);
    });

    test('counts an id once, also after a restart', async () => {
      const counts = [exposure('on', 5, { id: 'x' }), conversion('buy', { id: 'y' })];
      expect(await count(...counts)).toEqual(counted(2, 0, 0));
      expect(await count(...counts, exposure('on', 1))).toEqual(counted(1, 2, 0));
      await reopened();
      expect(await count(exposure('off', 1, { id: 'x' }))).toEqual(counted(0, 1, 0));
      expect(await count(exposure('on', 1, { id: 'z' }), exposure('on', 1, { id: 'z' }))).toEqual(
        counted(1, 1, 0),
      );
      expect(await flagsIn()).toEqual({ a: { on: { count: 7, last: at(0) } } });
    });

    test('forgets ids after their time, and no sooner', async () => {
      await count(exposure('on', 1, { id: 'x' }));
      const again = [exposure('on', 1, { id: 'x' })];
      expect(await store.count('production', again, at(COUNT_IDS.age))).toEqual(counted(0, 1, 0));
      await store.count('production', [], at(COUNT_IDS.age + 1));
      expect(await store.count('production', again, at(COUNT_IDS.age + 1))).toEqual(
        counted(1, 0, 0),
      );
    });

    test('remembers only so many ids, the newest', async () => {
      const counts = Array.from({ length: COUNT_IDS.most + 1 }, (_, index) =>
        exposure('on', 1, { id: String(index) }),
      );
      expect(await count(...counts)).toEqual(counted(counts.length, 0, 0));
      expect(await count(exposure('on', 1, { id: '1' }))).toEqual(counted(0, 1, 0));
      expect(await count(exposure('on', 1, { id: '0' }))).toEqual(counted(1, 0, 0));
    });

    test('keeps nothing of what there is not', async () => {
      expect(await count(exposure('on', 1, { flag: 'gone', id: 'x' }))).toEqual(counted(0, 0, 1));
      const all = [exposure('on', 1), conversion('buy')];
      expect(await store.count('nowhere', all, at(0))).toEqual(counted(0, 0, 2));
      expect([await flagsIn(), await flagsIn('nowhere'), await conversions()]).toEqual([
        {},
        {},
        {},
      ]);
      await commit(put('flag', 'gone', flag('gone')));
      // Its id was not remembered either.
      expect(await count(exposure('on', 1, { flag: 'gone', id: 'x' }))).toEqual(counted(1, 0, 0));
    });

    test('keeps only so many names of conversions', async () => {
      const names = Array.from({ length: MAX_CONVERSIONS }, (_, index) => `e${String(index)}`);
      expect(await count(...names.map((each) => conversion(each)))).toEqual(
        counted(MAX_CONVERSIONS, 0, 0),
      );
      expect(await count(conversion('more'), conversion('e7'))).toEqual(counted(1, 0, 1));
      expect(await store.count('staging', [conversion('more')], at(0))).toEqual(counted(1, 0, 0));
      expect(Object.keys(await conversions())).toHaveLength(MAX_CONVERSIONS);
    });

    test('stays within what a number can be', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      const [large, small] = [Number.MAX_VALUE, -Number.MAX_VALUE];
      await count(exposure('on', most), conversion('a', { count: most, sum: large }));
      await count(exposure('on', most), conversion('a', { count: most, sum: large }));
      await count(conversion('b', { sum: small }), conversion('b', { sum: small }));
      await reopened();
      expect(await flagsIn()).toEqual({ a: { on: { count: most, last: at(0) } } });
      expect(await conversions()).toEqual({
        a: { count: most, sum: large, last: at(0) },
        b: { count: 2, sum: small, last: at(0) },
      });
    });

    test('forgets what was counted of flags and environments that are deleted', async () => {
      await count(exposure('on', 1), exposure('on', 1, { flag: 'constructor' }), conversion('buy'));
      await store.count('staging', [exposure('on', 1), conversion('buy')], at(0));
      await commit(put('flag', 'a', null));
      expect(Object.keys(await flagsIn())).toEqual(['constructor']);
      expect(await flagsIn('staging')).toEqual({});
      await commit(put('environment', 'staging', null));
      await commit(put('environment', 'staging', {}), put('flag', 'a', flag('a')));
      await reopened();
      expect(await store.tallies('staging')).toEqual({ flags: new Map(), conversions: new Map() });
      expect(await conversions()).toHaveProperty('buy');
      expect(await flagsIn()).not.toHaveProperty('a');
    });

    test('makes no commit', async () => {
      const before = [await store.load(), await store.audit({ limit: 9 })];
      await count(exposure('on', 1, { id: 'x' }), conversion('buy'));
      expect([await store.load(), await store.audit({ limit: 9 })]).toEqual(before);
      await commit(put('flag', 'b', flag('b')));
    });

    test('gives what is its own', async () => {
      await count(exposure('on', 1));
      const { flags } = await store.tallies('production');
      (flags as Map<string, unknown>).clear();
      expect(await flagsIn()).toHaveProperty('a');
    });
  });
}
