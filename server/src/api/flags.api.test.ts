import { beforeEach, describe, expect, test } from 'vitest';

import { keptBy, NOW, problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
});

/** A flag of which nothing was said, as the API shows it. */
const usual = {
  description: '',
  type: 'boolean',
  tags: [],
  owner: '',
  archived: false,
  environment: 'production',
  enabled: false,
  off: 'off',
  targets: [],
  rules: [],
  default: { variant: 'on' },
  metadata: {},
  variants: [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ],
  requires: [],
  hash: 'ff1',
  environments: { production: { enabled: false } },
  createdAt: NOW,
  updatedAt: NOW,
};
const enabled = { enabled: true, environments: { production: { enabled: true } } };
const colours = [
  { name: 'blue', value: '#00f' },
  { name: 'green', value: '#0f0' },
];

describe('POST /flags/{key} creates', () => {
  test.each([
    ['nothing said', undefined, {}],
    ['an empty object', {}, {}],
    [
      'the first promise',
      { enabled: true, description: 'New' },
      { ...enabled, description: 'New' },
    ],
    [
      'shorthand',
      {
        enabled: true,
        variants: { blue: '#00f', green: '#0f0' },
        off: 'blue',
        targets: { green: ['ann'] },
        rules: [{ when: { country: 'US' }, rollout: '10%', serve: 'green' }],
        default: 'green',
      },
      {
        ...enabled,
        type: 'string',
        variants: colours,
        off: 'blue',
        targets: [{ variant: 'green', keys: ['ann'] }],
        rules: [
          {
            id: 'r1',
            when: [{ attribute: 'country', op: 'in', values: ['US'] }],
            rollout: { percent: 10 },
            serve: { variant: 'green' },
          },
        ],
        default: { variant: 'green' },
      },
    ],
    [
      'the explicit form',
      {
        type: 'string',
        variants: colours,
        off: 'blue',
        default: { split: [{ variant: 'blue', weight: 1 }], by: 'company' },
        tags: ['a'],
        owner: 'web',
        metadata: { ticket: 'WEB-1', beta: true, size: 3 },
        salt: 'other',
        hash: 'ff1',
        archived: false,
        requires: [],
      },
      {
        type: 'string',
        variants: colours,
        off: 'blue',
        default: { split: [{ variant: 'blue', weight: 1 }], by: 'company' },
        tags: ['a'],
        owner: 'web',
        metadata: { ticket: 'WEB-1', beta: true, size: 3 },
        salt: 'other',
      },
    ],
  ])('%s', async (_, body, expected) => {
    const made = await app.post('/flags/f', body);
    const view = { ...usual, key: 'f', salt: 'f', version: 2, ...expected };
    expect(made.body).toEqual(view);
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"2"']);
    const read = await app.get('/flags/f');
    const unused = { lastEvaluated: null, evaluations: {} };
    expect([read.status, read.headers.get('etag')]).toEqual([200, '"2"']);
    expect(read.body).toEqual({ ...view, ...unused });
  });
});

describe('POST /flags/{key} changes', () => {
  const first = { enabled: true, description: 'A', tags: ['x'], owner: 'web' };

  beforeEach(async () => {
    await app.post('/flags/f', first);
  });

  test.each([
    [
      'one field, the others stay',
      { description: 'B' },
      { ...first, description: 'B', version: 3 },
    ],
    ['null resets', { owner: null, tags: null }, { ...first, owner: '', tags: [], version: 3 }],
    ['null resets the state', { enabled: null }, { ...first, enabled: false, version: 3 }],
    ['nothing new is no change', { description: 'A' }, { ...first, version: 2 }],
    ['no body is no change', undefined, { ...first, version: 2 }],
  ])('%s', async (_, body, expected) => {
    const { status, headers, body: view } = await app.post('/flags/f', body);
    expect(view).toMatchObject(expected);
    expect([status, headers.get('etag')]).toEqual([200, `"${String(expected.version)}"`]);
  });

  test('a view can be sent back as it was', async () => {
    await app.get('/evaluate?flag=f');
    const before = (await app.get('/flags/f')).body as object;
    // Meanwhile it is used once more: nobody sends that back.
    await app.get('/evaluate?flag=f');
    const after = await app.post('/flags/f', before);
    // What was left out is written out now: that counts as a change, once.
    const { lastEvaluated, evaluations, ...flag } = before as Record<string, unknown>;
    expect([lastEvaluated, evaluations]).toEqual([NOW, { on: { count: 1, last: NOW } }]);
    expect([after.status, after.body]).toEqual([200, { ...flag, version: 3 }]);
    const again = await app.post('/flags/f', after.body);
    expect([again.status, again.body]).toEqual([200, after.body]);
  });

  test('two environments differ in their state only', async () => {
    await app.post('/environments/staging');
    await app.post('/flags/f?environment=staging', { enabled: true, description: 'Both' });
    await app.post('/flags/f', { enabled: false });
    const [production, staging] = [
      await app.get('/flags/f'),
      await app.get('/flags/f?environment=staging'),
    ];
    const environments = { production: { enabled: false }, staging: { enabled: true } };
    const common = { description: 'Both', environments };
    expect(production.body).toMatchObject({ ...common, environment: 'production', enabled: false });
    expect(staging.body).toMatchObject({ ...common, environment: 'staging', enabled: true });
  });
});

describe('POST /flags/{key} refuses', () => {
  const issue = (path: string, code: string): unknown => ({
    path,
    code,
    message: expect.any(String),
  });

  test.each([
    ['an unknown field', { nope: 1 }, [issue('/nope', 'unknown')]],
    ['names that need escapes', { 'a/b~"': 1 }, [issue('/a~1b~0"', 'unknown')]],
    ['__proto__', JSON.parse('{"__proto__": 1}'), [issue('/__proto__', 'unknown')]],
    ['a read-only field', { createdAt: 'never' }, [issue('/createdAt', 'value')]],
    ['a wrong type', { description: 1 }, [issue('/description', 'type')]],
    ['a wrong type in the state', { enabled: 'yes' }, [issue('/enabled', 'type')]],
    ['a rule without serve', { rules: [{}] }, [issue('/rules/0/serve', 'required')]],
    [
      'a segment that is not there',
      { rules: [{ when: [{ op: 'in_segment', segment: 's' }], serve: 'on' }] },
      [issue('/rules/0/when/0/segment', 'reference')],
    ],
    ['itself as requirement', { requires: [{ flag: 'f', variants: ['on'] }] }, expect.any(Array)],
    ['a pattern', { rules: [pattern('(')] }, [issue('/rules/0/when/0/values/0', 'pattern')]],
    ['a version that is none', { version: 'x' }, [issue('/version', 'type')]],
    ['a list', [], [issue('', 'type')]],
    ['a text', 'on', [issue('', 'type')]],
    ['null', null, [issue('', 'type')]],
  ])('%s', async (_, body, issues) => {
    await app.post('/flags/f', { enabled: true });
    const before = await keptBy(app);
    const refused = await app.post('/flags/f', body);
    expect(refused.body).toEqual(problem('INVALID_BODY', 400, { issues: issues as never }));
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await keptBy(app)).toEqual(before);
  });

  test('guards that cannot both hold', async () => {
    const refused = await app.post('/flags/f', { version: 3 }, { 'if-none-match': '*' });
    expect(refused.body).toMatchObject({ code: 'INVALID_BODY', issues: [{ path: '/version' }] });
  });

  test('a pattern that compiles is fine', async () => {
    expect((await app.post('/flags/f', { rules: [pattern('^u')] })).status).toBe(201);
  });

  test('an archived flag that nobody could restore', async () => {
    const body = { archived: true, rules: [1], variants: { on: 1, off: 'x' } };
    const refused = await app.post('/flags/f', body);
    expect(refused.body).toMatchObject({ code: 'INVALID_BODY' });
    expect((await app.post('/import', { flags: { f: body } })).status).toBe(400);
    expect((await app.get('/flags/f')).status).toBe(404);
  });

  test('but not what an archived flag names and is gone', async () => {
    await app.post('/segments/s');
    const rules = [{ when: [{ op: 'in_segment', segment: 's' }], serve: 'on' }];
    await app.post('/flags/f', { rules, archived: true });
    expect((await app.remove('/segments/s')).status).toBe(204);
    expect((await app.post('/flags/f', { description: 'Old' })).status).toBe(200);
    const restored = await app.post('/flags/f', { archived: false });
    expect(restored.body).toMatchObject({ code: 'INVALID_BODY', issues: [{ code: 'reference' }] });
  });

  test('a cycle of requirements', async () => {
    await app.post('/flags/a');
    await app.post('/flags/b', { requires: [{ flag: 'a', variants: ['on'] }] });
    const before = await keptBy(app);
    const refused = await app.post('/flags/a', { requires: [{ flag: 'b', variants: ['on'] }] });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'INVALID_BODY', issues: [{ code: 'cycle' }] });
    expect(await keptBy(app)).toEqual(before);
  });

  test('a variant that another flag requires', async () => {
    await app.post('/flags/a', { variants: { on: true, off: false, more: true } });
    await app.post('/flags/b', { requires: [{ flag: 'a', variants: ['more'] }] });
    const refused = await app.post('/flags/a', { variants: null });
    expect(refused.body).toEqual(problem('IN_USE', 409, { issues: expect.any(Array) as never }));
  });
});

function pattern(text: string): object {
  return { when: [{ attribute: 'country', op: 'matches', values: [text] }], serve: 'on' };
}

describe('lost updates', () => {
  beforeEach(async () => {
    await app.post('/flags/f', { description: 'first' });
    await app.post('/flags/f', { description: 'second' });
  });

  test.each([
    ['If-Match with the version', { 'if-match': '"3"' }, {}],
    ['If-Match with a list', { 'if-match': 'W/"9", "3"' }, {}],
    ['If-Match: *', { 'if-match': '*' }, {}],
    ['version in the body', {}, { version: 3 }],
    ['If-None-Match that is no *', { 'if-none-match': '"3"' }, {}],
  ])('%s lets the change through', async (_, headers, body) => {
    const changed = await app.post('/flags/f', { description: 'mine', ...body }, headers);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"4"']);
  });

  test.each([
    ['If-Match', { 'if-match': '"2"' }, {}, 'VERSION_CONFLICT'],
    ['If-Match: * and another version', { 'if-match': '*' }, { version: 2 }, 'VERSION_CONFLICT'],
    ['two that differ', { 'if-match': '"3"' }, { version: 2 }, 'VERSION_CONFLICT'],
    ['version in the body', {}, { version: 2 }, 'VERSION_CONFLICT'],
    ['If-None-Match: *', { 'if-none-match': ' * ' }, {}, 'ALREADY_EXISTS'],
  ])('%s refuses it with what there is now', async (_, headers, body, code) => {
    const before = await keptBy(app);
    const refused = await app.post('/flags/f', { description: 'mine', ...body }, headers);
    const current = expect.objectContaining({ description: 'second' }) as never;
    expect(refused.body).toEqual(problem(code, 412, { current }));
    expect(refused.headers.get('etag')).toBe('"3"');
    expect(await keptBy(app)).toEqual(before);
  });

  test.each([
    ['"x"', 'INVALID_HEADER', 400],
    ['""', 'INVALID_HEADER', 400],
    ['"0x3"', 'INVALID_HEADER', 400],
    ['3', 'INVALID_HEADER', 400],
    ['"9999999999999999999"', 'INVALID_HEADER', 400],
  ])('If-Match: %s', async (header, code, status) => {
    const refused = await app.post('/flags/f', {}, { 'if-match': header });
    expect(refused.body).toEqual(problem(code, status));
  });

  test('a flag that is not there has no version', async () => {
    for (const header of ['"1"', '*']) {
      const refused = await app.post('/flags/new', {}, { 'if-match': header });
      expect(refused.body).toEqual(problem('VERSION_CONFLICT', 412, { current: null }));
      expect(refused.headers.get('etag')).toBeNull();
    }
    expect((await app.post('/flags/new', {}, { 'if-none-match': '*' })).status).toBe(201);
  });

  test('deleting is guarded too', async () => {
    const stale = await app.remove('/flags/f?permanent=true', { 'if-match': '"2"' });
    expect(stale.body).toMatchObject({ code: 'VERSION_CONFLICT', current: expect.anything() });
    const absent = await app.remove('/flags/f', { 'if-none-match': '*' });
    expect(absent.body).toMatchObject({ code: 'ALREADY_EXISTS' });
    const fine = await app.remove('/flags/f?permanent=true', { 'if-match': '"3"' });
    expect([fine.status, fine.text]).toEqual([204, '']);
  });
});

describe('DELETE /flags/{key}', () => {
  test('archives, and archived: false restores', async () => {
    await app.post('/flags/f', { enabled: true });
    const archived = await app.remove('/flags/f');
    expect(archived.body).toMatchObject({ key: 'f', archived: true, enabled: true, version: 3 });
    expect((await app.get('/evaluate?flag=f')).status).toBe(404);
    expect((await app.get('/flags')).body).toMatchObject({ flags: [] });
    const restored = await app.post('/flags/f', { archived: false });
    expect(restored.body).toMatchObject({ archived: false, version: 4 });
    expect((await app.get('/evaluate?flag=f')).body).toMatchObject({ value: true, version: 4 });
  });

  test('?permanent=true deletes for good', async () => {
    await app.post('/flags/f');
    expect((await app.remove('/flags/f?permanent=true')).status).toBe(204);
    for (const answer of [
      await app.get('/flags/f'),
      await app.remove('/flags/f'),
      await app.remove('/flags/f?permanent=true'),
    ]) {
      expect(answer.body).toEqual(problem('FLAG_NOT_FOUND', 404));
    }
  });

  test('refuses what another flag requires', async () => {
    await app.post('/flags/a');
    await app.post('/flags/b', { requires: [{ flag: 'a', variants: ['on'] }] });
    const issues = [
      {
        path: '/flags/b/requires/0/flag',
        code: 'reference',
        message: expect.any(String) as string,
      },
    ];
    for (const path of ['/flags/a', '/flags/a?permanent=true']) {
      const before = await keptBy(app);
      expect((await app.remove(path)).body).toEqual(problem('IN_USE', 409, { issues }));
      expect(await keptBy(app)).toEqual(before);
    }
  });
});

describe('GET /flags', () => {
  beforeEach(async () => {
    await app.seed({
      flags: {
        checkout: { description: 'New Basket', enabled: true, tags: ['web', 'shop'] },
        search: { description: 'find things', tags: ['web'] },
        old: { archived: true, tags: ['web'] },
        constructor: { enabled: true },
      },
    });
  });

  test.each([
    ['', ['checkout', 'search', 'constructor']],
    ['?q=CHECK', ['checkout']],
    ['?q=basket', ['checkout']],
    ['?q=', ['checkout', 'search', 'constructor']],
    ['?tag=web', ['checkout', 'search']],
    ['?tag=we', []],
    ['?state=on', ['checkout', 'constructor']],
    ['?state=off', ['search']],
    ['?archived=true', ['old']],
    ['?archived=false&tag=web&state=on&q=e', ['checkout']],
    ['?environment=production', ['checkout', 'search', 'constructor']],
  ])('%s', async (query, keys) => {
    const { status, body } = await app.get(`/flags${query}`);
    const { flags, ...rest } = body as { flags: { key: string }[] };
    expect([status, rest]).toEqual([200, { environment: 'production', version: 2 }]);
    expect(flags.map(({ key }) => key)).toEqual(keys);
  });

  test.each([
    ['/flags?environment=nope', problem('ENVIRONMENT_NOT_FOUND', 404)],
    ['/flags/checkout?environment=nope', problem('ENVIRONMENT_NOT_FOUND', 404)],
    ['/flags/nope', problem('FLAG_NOT_FOUND', 404)],
    ['/flags?state=maybe', expect.objectContaining({ code: 'INVALID_QUERY', status: 400 })],
    ['/flags?nope=1', expect.objectContaining({ detail: 'nope: is not known here' })],
    ['/flags?q=a&q=b', expect.objectContaining({ code: 'INVALID_QUERY' })],
  ])('%s', async (path, expected) => {
    expect((await app.get(path)).body).toEqual(expected);
  });
});
