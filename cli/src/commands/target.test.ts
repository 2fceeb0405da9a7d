import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a --enabled');
});

afterEach(() => {
  space.remove();
});

test('users come, move and go', async () => {
  expect(await space.ok('target list a')).toBe(
    'a targets nobody in production. Add somebody: ffctl target add a VARIANT USER\n',
  );
  expect(await space.ok('target add a on u1 u2')).toBe(
    'VARIANT  COUNT    USERS\non       2 users  u1, u2\n' +
      'Whoever no rule or target serves gets off now (on before).\n',
  );
  await space.ok('target add a on u3 u3');
  await space.ok('target add a off u1');
  expect(await space.json('target list a')).toEqual([
    { variant: 'on', keys: ['u2', 'u3'] },
    { variant: 'off', keys: ['u1'] },
  ]);
  await space.ok('target remove a u1 u2');
  expect(await space.json('target list a')).toEqual([{ variant: 'on', keys: ['u3'] }]);
});

test('commas separate users, but not in double quotes', async () => {
  await space.ok('target add a on u1,u2 u3');
  await space.ok(['target', 'add', 'a', 'on', '"Doe, J"']);
  expect(await space.json('target list a')).toEqual([
    { variant: 'on', keys: ['u1', 'u2', 'u3', 'Doe, J'] },
  ]);
  await space.ok('target remove a u1,u3');
  expect(await space.json('target list a')).toEqual([{ variant: 'on', keys: ['u2', 'Doe, J'] }]);
  expect(await space.ff('target add a on ,')).toMatchObject({ code: 2, out: '' });
});

test('who is no target cannot be removed', async () => {
  await space.ok('target add a on u1');
  expect(await space.ff('target remove a u1 u9')).toEqual({
    code: 3,
    out: '',
    err: 'ffctl: a does not target u9 in production. Nothing was changed.\n',
  });
  expect(await space.ff('target add a blue u1')).toMatchObject({ code: 3 });
});
