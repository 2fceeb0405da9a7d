import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

function write(text: string): void {
  writeFileSync(join(space.folder, 'f.yml'), text);
}

test('a valid file', async () => {
  write('flags: {a: {}}\n');
  expect(await space.ff('check f.yml')).toEqual({ code: 0, out: 'f.yml is valid.\n', err: '' });
  expect(await space.ff('check --file f.yml')).toMatchObject({ code: 0 });
  expect(await space.json('check f.yml')).toEqual({ file: 'f.yml', valid: true, mistakes: [] });
});

test('each mistake with its line', async () => {
  write('flags:\n  a:\n    enabled: maybe\n    owner: 5\n');
  expect(await space.ff('check f.yml')).toEqual({
    code: 1,
    out:
      'f.yml:3:14: /flags/a/enabled: expected true or false, got string\n' +
      'f.yml:4:12: /flags/a/owner: expected a string, got number\n' +
      'f.yml has 2 mistakes. More may show once these are corrected.\n',
    err: '',
  });
  const { out } = await space.ff('check f.yml --json');
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    mistakes: [
      { line: 3, column: 14 },
      { line: 4, column: 12 },
    ],
  });
});

test('a file that is no YAML', async () => {
  write('flags: [1\nb: 2\n');
  const { code, out } = await space.ff('check f.yml');
  expect(code).toBe(1);
  expect(out).toMatch(
    /^f\.yml:2:1: .*\nf\.yml has 1 mistake\. More may show once these are corrected\.\n$/,
  );
});

test('mistakes that hide nothing', async () => {
  write('flags:\n  a:\n    default: nope\n');
  expect((await space.ff('check f.yml')).out).toMatch(/\nf\.yml has 1 mistake\.\n$/);
});

test('other commands refuse it too', async () => {
  write('flags:\n  a:\n    enabled: maybe\n');
  const ran = await space.ff('list --file f.yml');
  expect(ran).toMatchObject({ code: 1, out: '' });
  expect(ran.err).toMatch(/^ffctl: f\.yml:3:14: \/flags\/a\/enabled: expected true or false/);
});

test('no file', async () => {
  expect(await space.ff('check none.yml')).toMatchObject({ code: 2, out: '' });
  const ran = await space.ff('check', { env: { FF_FILE: '' } });
  expect(ran).toEqual({ code: 2, out: '', err: 'ffctl: Which file? Run: ffctl check flags.yml\n' });
  writeFileSync(join(space.folder, 'latin.yml'), Buffer.from([0xe9]));
  expect((await space.ff('check latin.yml')).err).toMatch(
    /latin\.yml cannot be read: it is not UTF-8/,
  );
});
