import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

async function seed(flags: object): Promise<void> {
  const text = JSON.stringify({ environments: ['production'], flags });
  await space.ok('import -', { readInput: () => Promise.resolve(text) });
}

const file = (): string => join(space.folder, 'flags.py');

beforeEach(() => seed({ a: {}, b: {} }));

test('a file is written, once', async () => {
  expect(await space.ff('codegen python --out flags.py')).toEqual({
    code: 0,
    out: '',
    err: 'Wrote flags.py.\n',
  });
  expect(readFileSync(file(), 'utf8')).toBe(await space.ok('codegen python'));
  utimesSync(file(), 1, 1);
  expect(await space.ok('codegen python --out flags.py')).toBe('flags.py is up to date.\n');
  // Whoever builds by time builds nothing anew.
  expect(statSync(file()).mtimeMs).toBe(1000);
});

test('a pipe is written, not read', async () => {
  const cwd = space.folder;
  spawnSync('sh', ['-c', 'mkfifo pipe'], { cwd });
  const reading = promisify(execFile)('cat', ['pipe'], { cwd });
  expect((await space.ff('codegen python --out pipe')).err).toBe('Wrote pipe.\n');
  expect((await reading).stdout).toBe(await space.ok('codegen python'));
});

test('--check is content with what would be written, whatever its line ends', async () => {
  await space.ok('codegen python --out flags.py');
  writeFileSync(file(), readFileSync(file(), 'utf8').replaceAll('\n', '\r\n'));
  expect(await space.ff('codegen python --out flags.py --check')).toEqual({
    code: 0,
    out: 'flags.py is up to date.\n',
    err: '',
  });
});

test('--check says what differs, and leaves the file alone', async () => {
  await space.ok('codegen python --out flags.py');
  const before = readFileSync(file(), 'utf8');
  await space.ok('delete b');
  await space.ok('create c');
  const { code, out, err } = await space.ff('codegen python --out flags.py --check');
  expect([code, out]).toEqual([1, '']);
  expect(err.split('\n')).toEqual([
    'ffctl: flags.py is not what the flags are now:',
    '  - "b",',
    '  - def b(self, context: FlagContext | None = None) -> bool:',
    '  - """The flag b."""',
    '  - return self._client.boolean("b", False, context)',
    '  + "c",',
    '  + def c(self, context: FlagContext | None = None) -> bool:',
    '  + """The flag c."""',
    '  + return self._client.boolean("c", False, context)',
    'Make it anew: ffctl codegen python --out flags.py',
    '',
  ]);
  expect(readFileSync(file(), 'utf8')).toBe(before);
});

test('--check says so where only the order differs, and quotes the file for a shell', async () => {
  await space.ok(['codegen', 'python', '--out', 'my flags.py']);
  const path = join(space.folder, 'my flags.py');
  writeFileSync(path, readFileSync(path, 'utf8').split('\n').toReversed().join('\n'));
  const { code, err } = await space.ff(['codegen', 'python', '--out', 'my flags.py', '--check']);
  expect([code, err.split('\n')]).toEqual([
    1,
    [
      'ffctl: my flags.py is not what the flags are now:',
      '  the same lines in another order',
      "Make it anew: ffctl codegen python --out 'my flags.py'",
      '',
    ],
  ]);
});

test('--check is short where everything differs', async () => {
  await seed(
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${String(index)}`, {}])),
  );
  writeFileSync(file(), 'x\n');
  const { code, err } = await space.ff('codegen python --out flags.py --check');
  expect([code, err.split('\n').length]).toEqual([1, 15]);
  expect(err).toMatch(/^ {2}\+ and \d+ more$/m);
});

test('--check of what is not there', async () => {
  expect(await space.ff('codegen rust --out none.rs --check')).toEqual({
    code: 1,
    out: '',
    err: 'ffctl: none.rs is not there.\nMake it anew: ffctl codegen rust --out none.rs\n',
  });
  expect(existsSync(join(space.folder, 'none.rs'))).toBe(false);
});

test.each([
  ['codegen', 2, "missing required argument 'language'"],
  ['codegen cobol', 2, 'Allowed choices are typescript, python, rust'],
  ['codegen rust --check', 2, 'Name the one to check with --out'],
  ['codegen rust --json', 2, 'Code is neither JSON nor YAML'],
  ['codegen rust --out .', 1, '. cannot be read'],
  ['codegen rust --out no/such/folder.rs', 1, 'no/such/folder.rs cannot be written'],
])('%s', async (line, exit, message) => {
  const { code, err } = await space.ff(line);
  expect([code, err]).toEqual([exit, expect.stringContaining(message)]);
});
