import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a');
});

afterEach(() => {
  space.remove();
});

test('on and off', async () => {
  expect(await space.ok('enable a')).toBe('a is enabled in production: everybody gets on.\n');
  expect(await space.ok('enable a')).toBe(
    'a is already enabled in production: everybody gets on.\n',
  );
  expect(await space.ok('toggle a')).toBe('a is disabled in production: everybody gets off.\n');
  expect(await space.ok('toggle a')).toBe('a is enabled in production: everybody gets on.\n');
  expect(await space.ok('disable a')).toBe('a is disabled in production: everybody gets off.\n');
  expect(await space.ok('disable a')).toBe(
    'a is already disabled in production: everybody gets off.\n',
  );
});

test('what is served is told', async () => {
  await space.ok('rule add a --when country=US --serve on');
  expect(await space.ok('enable a')).toMatch(/: its rules decide who gets what\.\n$/);
  const split = { flags: { b: { default: { split: [{ variant: 'on', weight: 1 }] } } } };
  await space.ok('import -', { readInput: () => Promise.resolve(JSON.stringify(split)) });
  expect(await space.ok('enable b')).toMatch(/: everybody gets a share of the split\.\n$/);
});

test('one environment is one environment', async () => {
  await space.ok('env create staging');
  expect(await space.ok('enable a -e staging')).toBe(
    'a is enabled in staging: everybody gets on.\n',
  );
  expect(await space.json('get a')).toMatchObject({ enabled: false });
  expect(await space.ff('enable a -e nowhere')).toMatchObject({ code: 3, out: '' });
});

test('a flag that is not there is not made by accident', async () => {
  expect(await space.ff('enable typo')).toMatchObject({ code: 3, out: '' });
  expect(await space.ff('get typo')).toMatchObject({ code: 3 });
});

test('delete archives, restore brings back', async () => {
  expect(await space.ok('delete a')).toBe(
    'a is archived: nobody is served by it. Undo: ffctl restore a\n',
  );
  expect(await space.ff('enable a')).toMatchObject({ code: 4, out: '' });
  expect(await space.ok('restore a')).toBe('a is back; in production its state is: off.\n');
  expect(await space.ok('restore a')).toBe(
    'a was not archived; in production its state is: off.\n',
  );
});

test('permanent is permanent: it is asked for', async () => {
  const alone = await space.ff('delete a --permanent');
  expect(alone).toMatchObject({ code: 2, out: '' });
  expect(alone.err).toMatch(/cannot be undone: add --yes/);

  const questions: string[] = [];
  const answering = (answer: string): Parameters<Workspace['ff']>[1] => ({
    isInteractive: true,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(answer);
    },
  });
  const no = await space.ff('delete a --permanent', answering('y'));
  expect(no).toEqual({ code: 1, out: '', err: 'ffctl: Nothing was changed.\n' });
  expect(questions).toEqual([
    'Deletes a with its rules, in all environments. This cannot be undone. Type a to do it: ',
  ]);
  expect(await space.ok('delete a --permanent', answering(' a '))).toBe('a is deleted.\n');
  expect(await space.ff('delete a --permanent --yes')).toMatchObject({ code: 3 });
});

test('--yes does not ask', async () => {
  expect(await space.json('delete a --permanent --yes')).toEqual({ deleted: 'a' });
});
