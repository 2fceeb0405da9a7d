import { beforeEach, describe, expect, test } from 'vitest';

import { keptBy, problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
});

const document = {
  schema: 1,
  environments: ['production', 'staging'],
  flags: {
    f: {
      description: 'F',
      enabled: true,
      rules: [{ when: [{ op: 'in_segment', segment: 's' }], rollout: '12.5%', serve: 'on' }],
      environments: { staging: { enabled: true } },
    },
    constructor: { variants: { on: { deep: [1, 'x', null] }, off: {} }, off: 'on' },
    old: { archived: true },
  },
  segments: { s: { include: ['ann'] } },
};

describe('GET /export and POST /import', () => {
  test('take everything from one store to another', async () => {
    const report = await app.post('/import?mode=replace', document);
    expect([report.status, report.body]).toEqual([
      200,
      {
        version: 2,
        created: ['environment/staging', 'segment/s', 'flag/f', 'flag/constructor', 'flag/old'],
        changed: [],
        deleted: [],
        unchanged: 1,
      },
    ]);
    const exported = await app.get('/export');
    const other = await testApp();
    await other.seed(exported.body as never);
    expect((await other.get('/export')).body).toEqual(exported.body);
    const again = await other.post('/import?mode=replace', exported.body);
    expect(again.body).toEqual({ version: 2, created: [], changed: [], deleted: [], unchanged: 6 });
    const evaluated = await other.get('/evaluate?flag=f&user_id=ann&environment=staging');
    expect(evaluated.body).toMatchObject({ value: true, reason: 'STATIC' });
  });

  test('begin with nothing', async () => {
    expect((await app.get('/export')).body).toEqual({
      schema: 1,
      environments: ['production'],
      flags: {},
      segments: {},
    });
  });

  test('merge leaves alone what is not spoken of', async () => {
    await app.seed(document);
    const merged = await app.post('/import', {
      environments: ['production'],
      flags: { f: { description: 'Merged' }, g: {} },
    });
    expect(merged.body).toEqual({
      version: 3,
      created: ['flag/g'],
      changed: ['flag/f'],
      deleted: [],
      unchanged: 1,
    });
    const environments = { production: { enabled: true }, staging: { enabled: true } };
    expect((await app.get('/flags/f')).body).toMatchObject({ description: 'Merged', environments });
    expect((await app.get('/segments/s')).status).toBe(200);
  });

  test('replace removes it', async () => {
    await app.seed(document);
    const replaced = await app.post('/import?mode=replace', { flags: { f: {} } });
    expect(replaced.body).toEqual({
      version: 3,
      created: [],
      changed: ['flag/f'],
      deleted: ['environment/staging', 'segment/s', 'flag/constructor', 'flag/old'],
      unchanged: 1,
    });
    expect((await app.get('/flags')).body).toMatchObject({ flags: [{ key: 'f' }] });
    expect((await app.get('/flags?environment=staging')).status).toBe(404);
  });

  test('dryRun says what would happen, and nothing does', async () => {
    const before = await keptBy(app);
    const report = await app.post('/import?dryRun=true&mode=merge', document);
    expect(report.body).toMatchObject({ version: 2, created: { length: 5 }, unchanged: 1 });
    expect(await keptBy(app)).toEqual(before);
    expect((await app.post('/import?dryRun=false', document)).body).toEqual(report.body);
  });

  const text = expect.any(String) as never;
  test.each([
    [undefined, '', 'type'],
    [[], '', 'type'],
    [{ nope: 1 }, '/nope', 'unknown'],
    [{ schema: 2 }, '/schema', 'unsupported'],
    [{ flags: { 'a b': {} } }, '/flags/a b', 'key'],
    [{ flags: { f: { enabled: 1 } } }, '/flags/f/enabled', 'type'],
    [{ flags: { f: { rules: [{}] } } }, '/flags/f/rules/0/serve', 'required'],
    [{ environments: [] }, '/environments', 'range'],
    [{ environments: ['a', 'a'] }, '/environments/1', 'duplicate'],
  ])('%j is refused', async (body, path, code) => {
    const before = await keptBy(app);
    const issues = expect.arrayContaining([{ path, code, message: text }]) as never;
    const refused = await app.post('/import', body);
    expect(refused.body).toEqual(problem('INVALID_BODY', 400, { issues }));
    expect(await keptBy(app)).toEqual(before);
  });

  test('a part that goes with what is there is judged with it', async () => {
    await app.seed({ flags: { a: {}, b: { requires: [{ flag: 'a', variants: ['on'] }] } } });
    const before = await keptBy(app);
    const refused = await app.post('/import', {
      flags: { a: { variants: { yes: true, no: false }, off: 'no', default: 'yes' } },
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'INVALID_BODY' });
    expect(await keptBy(app)).toEqual(before);
  });

  test('an unknown mode is refused', async () => {
    const { body } = await app.post('/import?mode=append', document);
    expect(body).toMatchObject({ code: 'INVALID_QUERY', issues: [{ path: '/mode' }] });
  });
});
