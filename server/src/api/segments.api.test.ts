import type { JsonObject } from '@featureflags/core';
import { beforeEach, describe, expect, test } from 'vitest';

import { keptBy, NOW, problem, testApp, type TestApp } from '../app.fixture.ts';

let app: TestApp;

beforeEach(async () => {
  app = await testApp();
});

const usual = {
  description: '',
  include: [],
  exclude: [],
  any: [],
  createdAt: NOW,
  updatedAt: NOW,
};
const holding = { rules: [{ when: [{ op: 'in_segment', segment: 's' }], serve: 'on' }] };

describe('segments', () => {
  test('are created, read, changed, listed and deleted', async () => {
    const any = [[{ attribute: 'plan', op: 'in', values: ['pro'] }]];
    const made = await app.post('/segments/s', { description: 'Staff', include: ['ann'], any });
    const view = { ...usual, key: 's', description: 'Staff', include: ['ann'], any, version: 2 };
    expect([made.status, made.headers.get('etag'), made.body]).toEqual([201, '"2"', view]);
    const read = await app.get('/segments/s');
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"2"', view]);

    const changed = await app.post('/segments/s', { exclude: ['bo'], description: null });
    const after = { ...view, description: '', exclude: ['bo'], version: 3 };
    expect([changed.status, changed.body]).toEqual([200, after]);
    await app.post('/segments/constructor');
    expect((await app.get('/segments')).body).toEqual({
      segments: [after, { ...usual, key: 'constructor', version: 4 }],
    });

    const deleted = await app.remove('/segments/s');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await app.get('/segments/s')).body).toEqual(problem('SEGMENT_NOT_FOUND', 404));
    expect((await app.remove('/segments/s')).body).toEqual(problem('SEGMENT_NOT_FOUND', 404));
  });

  test('decide evaluations at once', async () => {
    await app.post('/segments/s', { include: ['ann'] });
    await app.post('/flags/f', { enabled: true, ...holding });
    const served = async (): Promise<unknown> =>
      ((await app.get('/evaluate?flag=f&user_id=ann')).body as { reason: string }).reason;
    expect(await served()).toBe('TARGETING_MATCH');
    await app.post('/segments/s', { exclude: ['ann'], include: null });
    expect(await served()).toBe('DEFAULT');
  });

  test('in use stay', async () => {
    await app.post('/segments/s');
    await app.post('/flags/f', holding);
    const before = await keptBy(app);
    const path = '/flags/f/environments/production/rules/0/when/0/segment';
    const issues = [{ path, code: 'reference', message: 'no segment "s"' }];
    expect((await app.remove('/segments/s')).body).toEqual(problem('IN_USE', 409, { issues }));
    expect(await keptBy(app)).toEqual(before);
  });

  test('are guarded by their version', async () => {
    await app.post('/segments/s', { include: ['ann'] });
    const current = (await app.get('/segments/s')).body as JsonObject;
    const conflict = problem('VERSION_CONFLICT', 412, { current });
    expect((await app.post('/segments/s', {}, { 'if-match': '"1"' })).body).toEqual(conflict);
    expect((await app.post('/segments/s', { version: 1 })).body).toEqual(conflict);
    expect((await app.remove('/segments/s', { 'if-match': '"1"' })).body).toEqual(conflict);
    const exists = await app.post('/segments/s', {}, { 'if-none-match': '*' });
    expect(exists.body).toEqual(problem('ALREADY_EXISTS', 412, { current }));
    expect((await app.remove('/segments/s', { 'if-match': '"2"' })).status).toBe(204);
  });

  test.each([
    [{ nope: 1 }, '/nope', 'unknown'],
    [{ 'a/b~c': 1 }, '/a~1b~0c', 'unknown'],
    [{ include: 'ann' }, '/include', 'type'],
    [{ include: [1] }, '/include/0', 'type'],
    [{ any: [[{ op: 'in_segment', segment: 's' }]] }, '/any/0/0/op', 'value'],
    [{ any: [[{ attribute: 'a', op: 'nope' }]] }, '/any/0/0/op', 'unsupported'],
  ])('%j is refused', async (body, path, code) => {
    const before = await keptBy(app);
    const { status, body: told } = await app.post('/segments/s', body);
    expect(status).toBe(400);
    expect(told).toMatchObject({ code: 'INVALID_BODY', issues: [{ path, code }] });
    expect(await keptBy(app)).toEqual(before);
  });

  test('need a key', async () => {
    expect((await app.post('/segments/a%20b')).body).toEqual(problem('INVALID_KEY', 400));
  });
});
