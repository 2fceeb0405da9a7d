import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('YAML, unless JSON is wanted', async () => {
  expect(await space.ok('export')).toMatch(
    /^schema: 1\nenvironments:\n {2}- production\nflags:\n {2}a:\n/,
  );
  expect(await space.json('export')).toMatchObject({
    schema: 1,
    flags: { a: { type: 'boolean' } },
  });
  expect(await space.ff('export --output all.yml')).toEqual({
    code: 0,
    out: '',
    err: 'Wrote all.yml.\n',
  });
  expect(readFileSync(join(space.folder, 'all.yml'), 'utf8')).toMatch(/^schema: 1\n/);
  await space.ok('export --output all.json');
  expect(readFileSync(join(space.folder, 'all.json'), 'utf8')).toMatch(/^\{\n {2}"schema": 1/);
  mkdirSync(join(space.folder, 'folder'));
  const refused = await space.ff('export --output folder');
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^ffctl: folder cannot be written: /);
});

test('what was exported is imported again, somewhere else', async () => {
  await space.ok('export --output all.yml');
  const other = ['import', 'all.yml', '--file', 'other.yml'];
  expect(await space.ok([...other, '--dry-run'])).toMatch(
    /^ {2}\+ flag\/a\nIt would be: 1 created, 0 changed, 0 deleted, \d+ entr(y|ies) unchanged\. Nothing was changed\.\n$/,
  );
  await space.ok(other);
  const exported = await space.ok('export --file other.yml');
  expect(exported).toBe(await space.ok('export'));
});

test('merge keeps, replace deletes', async () => {
  const readInput = (): Promise<string> => Promise.resolve('flags: {a: {enabled: false}, b: {}}');
  expect(await space.ok('import -', { readInput })).toMatch(
    /^ {2}\+ flag\/b\n {2}~ flag\/a\n1 created, 1 changed, 0 deleted, 1 entry unchanged\.\n$/,
  );
  const empty = (): Promise<string> => Promise.resolve('flags: {b: {}}');
  expect(await space.ok('import - --mode merge', { readInput: empty })).toMatch(
    /^0 created, 0 changed/,
  );
  expect(await space.ok('import - --mode replace', { readInput: empty })).toMatch(
    /^ {2}- flag\/a\n/,
  );
});

test('where somebody is there, replacing asks before it deletes', async () => {
  const readInput = (): Promise<string> => Promise.resolve('flags: {b: {}}');
  const asked: string[] = [];
  const over = (answer: string): Parameters<Workspace['ff']>[1] => ({
    readInput,
    isInteractive: true,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answer);
    },
  });
  expect(await space.ff('import - --mode replace', over('no'))).toMatchObject({ code: 1, out: '' });
  expect(asked).toEqual(['Deletes flag/a. This cannot be undone. Type replace to do it: ']);
  expect(await space.ok('import - --mode replace', over('replace'))).toContain('- flag/a');
  expect(await space.ok('import - --mode replace', over('no'))).toMatch(/^0 created/);
});

const REFUSED: readonly [text: string, code: number, message: RegExp][] = [
  ['flags: {a: [', 1, /^ffctl: - is not YAML: .*line 1/],
  ['flags: {a: {enabled: 5}}', 1, /expected true or false, got number/],
];

test.each(REFUSED)('%s is refused', async (text, code, message) => {
  const ran = await space.ff('import -', { readInput: () => Promise.resolve(text) });
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});

test('a heading with nothing below it says nothing', async () => {
  const readInput = (): Promise<string> => Promise.resolve('flags:\nsegments:\n');
  expect(await space.ok('import -', { readInput })).toMatch(/^0 created, 0 changed, 0 deleted/);
  const replaced = await space.ff('import - --mode replace', { readInput });
  expect(replaced).toMatchObject({ code: 1, out: '' });
  expect(replaced.err).toContain('/flags: expected an object, got null');
});

test('a file that is not there', async () => {
  expect(await space.ff('import none.yml')).toEqual({
    code: 2,
    out: '',
    err: 'ffctl: There is no file none.yml.\n',
  });
  const list = await space.ff('list --file none.yml');
  expect(list).toEqual({
    code: 2,
    out: '',
    err: 'ffctl: There is no file none.yml. Make one: ffctl create my_flag --file none.yml\n',
  });
});
