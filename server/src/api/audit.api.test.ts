import { beforeAll, describe, expect, test } from 'vitest';

import { NOW, problem, testApp, type TestApp } from '../app.fixture.ts';
import { memoryStore } from '../stores/memory.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  await app.post('/flags/a', {}, { 'ff-actor': 'ann' });
  await app.post('/segments/a');
  await app.post('/flags/a', { description: 'x' }, { 'ff-actor': 'Jürgen (CI)' });
  await app.post('/environments/staging');
  await app.remove('/segments/a');
});

async function versions(query: string): Promise<unknown> {
  const { status, body } = await app.get(`/audit${query}`);
  const { entries } = body as { entries: { version: number }[] };
  return [status, ...entries.map(({ version }) => version)];
}

describe('GET /audit', () => {
  test.each([
    ['', [6, 5, 4, 3, 2, 1]],
    ['?limit=2', [6, 5]],
    ['?limit=2&before=5', [4, 3]],
    ['?before=1', []],
    ['?kind=flag', [4, 2]],
    ['?key=a', [6, 4, 3, 2]],
    ['?kind=segment&key=a', [6, 3]],
    ['?kind=environment', [5, 1]],
    ['?key=nope', []],
  ])('%s', async (query, expected) => {
    expect(await versions(query)).toEqual([200, ...expected]);
  });

  test('says who changed what', async () => {
    const { body } = await app.get('/audit?limit=1&before=5');
    const { entries } = body as { entries: unknown[] };
    expect(entries).toEqual([
      {
        version: 4,
        at: NOW,
        actor: 'Jürgen (CI)',
        action: 'flag.save',
        environment: 'production',
        changes: [
          {
            kind: 'flag',
            key: 'a',
            before: expect.objectContaining({ description: '' }) as never,
            after: expect.objectContaining({ description: 'x' }) as never,
          },
        ],
      },
    ]);
  });

  test.each([
    '?limit=0',
    '?limit=1001',
    '?limit=x',
    '?limit=-1',
    '?before=1e3',
    '?kind=rule',
    '?actor=ann',
    '?key=a&key=b',
  ])('%s is refused', async (query) => {
    const { body } = await app.get(`/audit${query}`);
    expect(body).toMatchObject({ code: 'INVALID_QUERY', status: 400 });
  });

  test('without a store that answers', async () => {
    const audit = (): Promise<never> => Promise.reject(new Error('disk is gone'));
    const broken = await testApp({ store: { ...memoryStore(), audit } });
    const { body } = await broken.get('/audit');
    expect(body).toEqual(problem('STORE_UNAVAILABLE', 503));
  });
});

describe('FF-Actor', () => {
  test('is anonymous where it is missing', async () => {
    expect((await app.get('/audit?limit=1')).body).toMatchObject({
      entries: [{ actor: 'anonymous' }],
    });
  });

  test.each(['', 'a\tb', 'x'.repeat(129)])('%j is refused', async (actor) => {
    const { body } = await app.post('/flags/new', {}, { 'ff-actor': actor });
    expect(body).toEqual(problem('INVALID_HEADER', 400));
  });
});
