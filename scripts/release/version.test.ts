import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { setPlaces } from './places.ts';
import { readVersions } from './versions.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPT = join(import.meta.dirname, 'version.ts');
const NOW = readVersions(ROOT).version;
const [MAJOR = 0, MINOR = 0] = NOW.split('.').map(Number);
const NEXT = `${MAJOR}.${MINOR + 1}.0`;

let root: string;

// What the version step reads and writes, from git: a folder of its own for each test.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'version-'));
  const tracked = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const needed =
    /(^|\/)(package\.json|package-lock\.json|pyproject\.toml|Cargo\.(toml|lock)|program\.ts|version\.ts|config\.json|\.npmrc)$|\.md$|^(deploy|docker)\//;
  for (const path of tracked.split('\0').filter((name) => needed.test(name))) {
    // After make version, git still lists the changesets that it has removed.
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(root, path));
  }
  for (const path of globSync('.changeset/*.md', { cwd: root })) rmSync(join(root, path));
});

afterEach(() => rmSync(root, { recursive: true }));

function step(): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], {
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

function write(name: string, text: string): void {
  writeFileSync(join(root, '.changeset', `${name}.md`), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

test('all places, lock files and the changelog move together', () => {
  write('a', "---\n'featureflags': patch\n---\n\nFixed: A thing of a.\n");
  write('b', "---\n'featureflags': minor\n---\n\nAdded: A thing of b.\n");
  expect(step()).toEqual({
    status: 0,
    out: expect.stringContaining(`version: ${NOW} → ${NEXT}, 2 changesets\n`),
  });
  expect(readVersions(root)).toMatchObject({ version: NEXT, changes: [], problems: [] });
  const [, released = ''] = read('CHANGELOG.md').split(/^## /m);
  expect(released).toMatch(new RegExp(`^${NEXT.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d\n`));
  expect(released).toContain('- A thing of a.\n');
  expect(released).toContain('- A thing of b.\n');
  expect(read('CHANGELOG.md')).not.toContain('## Unreleased');
  expect(read('sdks/rust/Cargo.lock')).toContain(
    `name = "featureflags-client"\nversion = "${NEXT}"`,
  );
  const check = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--loglevel=error'];
  expect(spawnSync('npm', check, { cwd: root, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('a forgotten place is named', () => {
  const path = join(root, 'sdks/python/pyproject.toml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(`"${NOW}"`, '"9.9.9"'));
  writeFileSync(join(root, 'cli/src/program.ts'), '');
  expect(readVersions(root).problems).toEqual([
    `cli/src/program.ts: no version where one was; expected ${NOW}. If the place has moved, move it in scripts/release/places.ts`,
    `sdks/python/pyproject.toml: got 9.9.9, expected ${NOW} as in package.json; make version writes it everywhere, nobody does by hand`,
  ]);
});

test('what a package asks of another one counts too, in its manifest and in the lock file', () => {
  const path = join(root, 'cli/package.json');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(`"featureflags": "${NOW}"`, '"featureflags": "9.9.9"'),
  );
  expect(readVersions(root).problems).toEqual([
    expect.stringContaining('cli/package.json: featureflags: got 9.9.9'),
  ]);
});

test('a version that a page names is a place', () => {
  const page = join(root, 'docs/sdks.md');
  writeFileSync(
    page,
    'docker run featureflags/server:9.9.9\npip install featureflags-client==9.9.9 # 9.9.9\n',
  );
  expect(readVersions(root).problems).toEqual([
    expect.stringContaining('docs/sdks.md: got 9.9.9'),
    expect.stringContaining('docs/sdks.md: got 9.9.9'),
  ]);
  setPlaces(root, NOW);
  expect(readFileSync(page, 'utf8')).toBe(
    `docker run featureflags/server:${NOW}\npip install featureflags-client==${NOW} # 9.9.9\n`,
  );
});

test('nothing is written without a changeset, or with one that is wrong', () => {
  const before = read('CHANGELOG.md');
  expect(step()).toEqual({
    status: 1,
    out: expect.stringContaining('.changeset/ has no changeset. CONTRIBUTING.md says how'),
  });
  write('a', "---\n'featureflags': minor\n---\n\nsomething\n");
  expect(step()).toEqual({
    status: 1,
    out: expect.stringContaining('.changeset/a.md: it begins with "something"; expected one of'),
  });
  expect(read('CHANGELOG.md')).toBe(before);
  expect(readVersions(root).version).toBe(NOW);
});
