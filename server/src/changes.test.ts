import { beforeEach, describe, expect, test } from 'vitest';

import { NOW, problem, testApp, type TestApp } from './app.fixture.ts';
import { Problem } from './errors.ts';
import { memoryStore } from './stores/memory.ts';
import type { Commit, Store } from './stores/store.ts';

const occasion = { actor: 'ann', at: NOW };
let store: Store;
let app: TestApp;

beforeEach(async () => {
  store = memoryStore();
  app = await testApp({ store: { ...store, commit: (commit) => store.commit(commit) } });
});

/** Another process on the same store. */
async function writeElsewhere(key: string): Promise<void> {
  const other = await testApp({ store: memoryStoreOf(store) });
  await other.post(`/flags/${key}`, { enabled: true });
}

function memoryStoreOf(of: Store): Store {
  return { ...of, watch: () => undefined, close: () => Promise.resolve() };
}

describe('changes', () => {
  test('are made one after the other, in the order in which they came', async () => {
    const order: string[] = [];
    const keys = Array.from({ length: 20 }, (_, index) => `f${String(index)}`);
    await Promise.all(
      keys.map(async (key) => {
        await app.post(`/flags/${key}`);
        order.push(key);
      }),
    );
    const { items, version } = await store.load();
    const flags = items.filter(({ kind }) => kind === 'flag').map(({ key }) => key);
    expect([flags, order, version]).toEqual([keys, keys, 21]);
  });

  test('of the same flag lose nothing', async () => {
    await app.post('/flags/f');
    const fields = ['description', 'owner', 'salt'];
    await Promise.all(fields.map((name) => app.post('/flags/f', { [name]: name })));
    const own = { description: 'description', owner: 'owner', salt: 'salt' };
    expect((await app.get('/flags/f')).body).toMatchObject(own);
  });

  test('guarded by one version: exactly one wins', async () => {
    await app.post('/flags/f');
    const all = await Promise.all(
      ['a', 'b', 'c'].map((description) => app.post('/flags/f', { description, version: 2 })),
    );
    expect(all.map(({ status }) => status)).toEqual([200, 412, 412]);
  });

  test('after a refused one go on', async () => {
    const [refused, made] = await Promise.all([
      app.post('/flags/f', { nope: 1 }),
      app.post('/flags/f'),
    ]);
    expect([refused.status, made.status]).toEqual([400, 201]);
  });

  test('are made anew where the store has moved on', async () => {
    await writeElsewhere('theirs');
    const mine = await app.post('/flags/mine');
    expect([mine.status, mine.headers.get('etag')]).toEqual([201, '"3"']);
    const { body } = await app.get('/flags');
    expect(body).toMatchObject({ version: 3, flags: [{ key: 'theirs' }, { key: 'mine' }] });
  });

  test('are judged anew too', async () => {
    await writeElsewhere('f');
    const refused = await app.post('/flags/f', {}, { 'if-none-match': '*' });
    expect(refused.body).toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  test('give up where others never stop', async () => {
    let commits = 0;
    store.commit = () => {
      commits += 1;
      return Promise.resolve(false);
    };
    const { body, headers } = await app.post('/flags/f');
    expect(body).toEqual(problem('STORE_UNAVAILABLE', 503));
    expect([headers.get('retry-after'), commits]).toEqual(['1', 20]);
    expect((await app.get('/flags/f')).status).toBe(404);
  });

  test.each([
    ['fails', () => Promise.reject(new Error('disk is full')), 'STORE_UNAVAILABLE', 503],
    [
      'refuses',
      () => Promise.reject(new Problem('FILE_INVALID', 'flags.yml:3: what is this')),
      'FILE_INVALID',
      409,
    ],
  ] as [string, Store['commit'], string, number][])(
    'are not served where the store %s',
    async (_, commit, code, status) => {
      await app.post('/flags/f', { enabled: true });
      const works = memoryStoreOf(store);
      store.commit = commit;
      const events: unknown[] = [];
      app.services.snapshots.subscribe((change) => events.push(change));
      expect((await app.post('/flags/f', { enabled: false })).body).toEqual(problem(code, status));
      expect((await app.remove('/flags/f')).status).toBe(status);
      expect((await app.get('/evaluate?flag=f')).body).toMatchObject({ value: true, version: 2 });
      expect(events).toEqual([]);
      store.commit = (each) => works.commit(each);
      expect((await app.post('/flags/f', { enabled: false })).status).toBe(200);
      expect(events).toHaveLength(1);
    },
  );

  test('are answered once they are durable, and closing waits for them', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const happened: string[] = [];
    const slow = await testApp({
      store: {
        ...memoryStoreOf(store),
        commit: async (commit: Commit) => {
          await promise;
          happened.push('committed');
          return store.commit(commit);
        },
        close: () => {
          happened.push('closed');
          return Promise.resolve();
        },
      },
    });
    const change = slow.post('/flags/f');
    await slow.get('/health');
    const closing = slow.close();
    expect([(await slow.get('/flags/f')).status, happened]).toEqual([404, []]);
    resolve(undefined);
    await closing;
    expect([(await change).status, happened]).toEqual([201, ['committed', 'closed']]);
  });

  test('a dry run commits nothing', async () => {
    const { changes } = app.services;
    const { state } = await changes.apply(
      { action: 'flag.save', key: 'f', environment: 'production', fields: {} },
      { ...occasion, dryRun: true },
    );
    expect([state.version, (await store.load()).version]).toEqual([2, 1]);
  });
});

describe('snapshots', () => {
  test('end a subscription', async () => {
    const events: unknown[] = [];
    const end = app.services.snapshots.subscribe((change) => events.push(change));
    await app.post('/flags/f');
    end();
    await app.post('/flags/f', { enabled: true });
    expect(events).toMatchObject([{ environment: 'production', oldVersion: 1, version: 2 }]);
  });

  test('are made anew only where something is evaluated otherwise', async () => {
    await app.post('/environments/staging');
    const { snapshots } = app.services;
    const before = snapshots.current('staging');
    await app.post('/flags/f', { archived: true });
    await app.remove('/flags/f?permanent=true');
    expect(snapshots.current('staging')).toBe(before);
    await app.post('/flags/f');
    expect(snapshots.current('staging')).not.toBe(before);
  });

  test('that a store holds and that cannot be served stop the start', async () => {
    const bad = { ...(await store.load()) };
    const flag = { kind: 'flag', key: 'f', value: { environments: {} }, version: 1 } as never;
    const load = (): ReturnType<Store['load']> =>
      Promise.resolve({ ...bad, items: [...bad.items, flag] });
    await expect(testApp({ store: { ...store, load } })).rejects.toThrow(/^production: \/flags\/f/);
  });
});
