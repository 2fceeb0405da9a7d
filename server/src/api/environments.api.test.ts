import { beforeEach, describe, expect, test } from 'vitest';

import { keptBy, problem, testApp, type TestApp } from '../app.fixture.ts';
import { stateOf } from '../state.ts';
import { memoryStore } from '../stores/memory.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
});

describe('environments', () => {
  test('begin with the one of the configuration', async () => {
    const own = await testApp({ config: { environment: 'live' } });
    const { status, body } = await own.get('/environments');
    expect([status, body]).toEqual([200, { environments: [{ key: 'live', version: 1 }] }]);
    expect((await own.get('/flags')).body).toMatchObject({ environment: 'live' });
  });

  test('whose name is no key cannot be begun with', async () => {
    await expect(testApp({ config: { environment: 'a b' } })).rejects.toMatchObject({
      code: 'INVALID_KEY',
    });
  });

  test('that a store does not have cannot be the one of the configuration', async () => {
    const store = memoryStore();
    await testApp({ store });
    const other = testApp({ store, config: { environment: 'live' } });
    await expect(other).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
  });

  test('are created, empty or as a copy', async () => {
    await app.post('/flags/f', { enabled: true, targets: { off: ['ann'] } });
    const made = await app.post('/environments/staging');
    expect([made.status, made.body]).toEqual([201, { key: 'staging', version: 3 }]);
    const copied = await app.post('/environments/test', { copyOf: 'production' });
    expect([copied.status, copied.body]).toEqual([201, { key: 'test', version: 4 }]);
    expect((await app.get('/environments')).body).toEqual({
      environments: [
        { key: 'production', version: 2 },
        { key: 'staging', version: 3 },
        { key: 'test', version: 4 },
      ],
    });
    const flagIn = async (name: string): Promise<unknown> =>
      (await app.get(`/flags/f?environment=${name}`)).body;
    expect(await flagIn('staging')).toMatchObject({ enabled: false, targets: [] });
    const targets = [{ variant: 'off', keys: ['ann'] }];
    expect(await flagIn('test')).toMatchObject({ enabled: true, targets });
    const environments = { production: { enabled: true }, test: { enabled: true } };
    expect(await flagIn('staging')).toMatchObject({ environments });
  });

  test('are made although a flag has variants of other names', async () => {
    const variants = { blue: 'b', red: 'r' };
    await app.post('/flags/f', { variants, off: 'red', default: 'blue', enabled: true });
    expect((await app.post('/environments/staging')).status).toBe(201);
    const { body } = await app.get('/flags/f?environment=staging');
    expect(body).toMatchObject({ enabled: false, off: 'red', default: { variant: 'red' } });
    const enabled = await app.post('/flags/f?environment=staging', { enabled: true });
    expect(enabled.body).toMatchObject({ issues: [{ path: '/default', code: 'required' }] });
  });

  test('that requests without a name are about stay', async () => {
    await app.post('/environments/staging');
    const deleted = await app.remove('/environments/production');
    expect(deleted.body).toMatchObject({ code: 'IN_USE', status: 409 });
    const replaced = await app.post('/import?mode=replace', { environments: ['staging'] });
    expect(replaced.body).toMatchObject({ code: 'IN_USE', status: 409 });
    expect((await app.get('/environments')).body).toMatchObject({
      environments: [{ key: 'production' }, { key: 'staging' }],
    });
  });

  test('are deleted with what flags are in them', async () => {
    await app.post('/environments/staging');
    await app.post('/flags/f?environment=staging', { enabled: true });
    const deleted = await app.remove('/environments/staging');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await app.get('/flags/f')).body).toMatchObject({ environments: {} });
    const gone = problem('ENVIRONMENT_NOT_FOUND', 404);
    expect((await app.get('/flags?environment=staging')).body).toEqual(gone);
    expect((await app.remove('/environments/staging')).body).toEqual(gone);
  });

  test.each([
    ['DELETE', '/environments/production', undefined, problem('IN_USE', 409)],
    ['POST', '/environments/production', undefined, problem('ALREADY_EXISTS', 412)],
    ['POST', '/environments/a%2Fb', undefined, problem('INVALID_KEY', 400)],
    ['POST', '/environments/new', { copyOf: 'nope' }, problem('ENVIRONMENT_NOT_FOUND', 404)],
    ['POST', '/environments/new', { copyOf: 'toString' }, problem('ENVIRONMENT_NOT_FOUND', 404)],
    [
      'POST',
      '/environments/new',
      { copyFrom: 'production' },
      problem('INVALID_BODY', 400, {
        issues: [{ path: '/copyFrom', code: 'unknown', message: 'is not known here' }],
      }),
    ],
    [
      'POST',
      '/environments/new',
      { copyOf: 1 },
      problem('INVALID_BODY', 400, {
        issues: [{ path: '/copyOf', code: 'type', message: expect.any(String) as never }],
      }),
    ],
  ])('%s %s with %j is refused', async (method, path, body, expected) => {
    const before = await keptBy(app);
    expect((await app.ask(path, { method, body })).body).toEqual(expected);
    expect(await keptBy(app)).toEqual(before);
  });

  test('can be called as what every object has', async () => {
    const store = memoryStore();
    const first = await testApp({ store });
    await first.post('/flags/f', { enabled: true });
    await first.post('/environments/constructor');
    // What comes out of a store has Object's prototype.
    const again = await testApp({ store });
    expect((await again.post('/environments/copy', { copyOf: 'constructor' })).status).toBe(201);
    const { project } = stateOf(await store.load());
    expect(Object.keys(project.flags['f']?.environments ?? {})).toEqual(['production']);
    expect((await again.get('/evaluate?flag=f&environment=copy')).body).toMatchObject({
      enabled: false,
      reason: 'DISABLED',
    });
    expect((await again.remove('/environments/constructor')).status).toBe(204);
  });
});
