import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { assetsOf, missing, pathOf, surplus } from './assets.ts';
import { wrongSums, writeSums } from './sums.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assets-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test('assets have different names, and the version where a package manager wants it', () => {
  const names = assetsOf('1.2.3').map(({ name }) => name);
  expect(new Set(names).size).toBe(20);
  expect(names).toContain('ffctl-windows-amd64.exe');
  expect(names).toContain('featureflags_client-1.2.3-py3-none-any.whl');
  expect(names).toContain('featureflags-server-1.2.3-slim.oci.tar');
});

test('what is missing is said with the command that makes it, also if an older version is there', () => {
  const assets = assetsOf('1.2.3');
  expect(missing(root, assets)).toEqual([
    expect.stringMatching(/^make binaries has not made ffctl-linux-amd64, /),
    expect.stringMatching(/^make packages has not made featureflags-1\.2\.3\.tgz, /),
    expect.stringMatching(/^make image has not made featureflags-server-1\.2\.3\.oci\.tar, /),
  ]);
  for (const asset of [...assets, ...assetsOf('1.2.2')]) write(pathOf(root, asset), 'x');
  expect(missing(root, assets)).toEqual([]);
  rmSync(join(root, 'dist/packages/ffctl-1.2.3.tgz'));
  expect(missing(root, assets)).toEqual(['make packages has not made ffctl-1.2.3.tgz']);
});

test('what would be left out is said', () => {
  const assets = assetsOf('1.2.3');
  for (const asset of assets) write(pathOf(root, asset), 'x');
  write(join(root, 'dist/binaries/SHA256SUMS'), '');
  write(join(root, 'dist/binaries/ffctl-plan9-amd64'), '');
  expect(surplus(root, assets)).toEqual([join(root, 'dist/binaries/ffctl-plan9-amd64')]);
  expect(surplus(join(root, 'nowhere'), assets)).toEqual([]);
});

test('checksums are checked by the program that users have', () => {
  write(join(root, 'a'), 'a');
  write(join(root, 'b'), 'b');
  writeSums(root, ['b', 'a']);
  expect(readFileSync(join(root, 'SHA256SUMS'), 'utf8')).toBe(
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a\n' +
      '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b\n',
  );
  expect(wrongSums(root)).toEqual([]);
  write(join(root, 'b'), 'other');
  expect(wrongSums(root)[0]).toMatch(/SHA256SUMS: b: FAILED$/);
  rmSync(join(root, 'SHA256SUMS'));
  expect(wrongSums(root)).toEqual([expect.stringMatching(/SHA256SUMS is missing/)]);
});

test('the dry run fails with everything that is missing, and uploads nothing', () => {
  write(join(root, 'package.json'), '{"name":"a","version":"1.2.3"}');
  write(join(root, 'package-lock.json'), '{"version":"1.2.3","packages":{"":{"version":"1.2.3"}}}');
  write(join(root, 'CHANGELOG.md'), '# Changelog\n');
  write(join(root, '.changeset/config.json'), '{}');
  write(
    join(root, 'Makefile'),
    '.PHONY: binaries packages\nbinaries:\n\t@true\npackages:\n\t@false\n',
  );
  for (const path of [
    'cli/src/program.ts',
    'sdks/typescript/src/version.ts',
    'sdks/python/pyproject.toml',
    'sdks/rust/Cargo.toml',
    'sdks/rust/Cargo.lock',
  ]) {
    write(join(root, path), '');
  }
  const script = join(import.meta.dirname, 'dry-run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  const said = stderr.split('\n').filter((line) => line.startsWith('release-dry-run: '));
  expect(said.slice(6)).toEqual([
    'release-dry-run: nothing to release: CHANGELOG.md has no section for 1.2.3, and .changeset/ has no changeset',
    'release-dry-run: make packages failed (exit code 2), see above',
    'release-dry-run: make image is not there: this part of the release is missing',
    expect.stringContaining('make binaries has not made ffctl-linux-amd64, '),
    expect.stringContaining('make packages has not made featureflags-1.2.3.tgz, '),
    expect.stringContaining('make image has not made featureflags-server-1.2.3.oci.tar, '),
    'release-dry-run: no bills of materials, checksums and trials, because files are missing',
  ]);
  expect(said.slice(0, 6).join('\n')).toContain('sdks/rust/Cargo.lock: no version where one was');
  expect(stdout).toContain('release-dry-run: 13 problems, nothing uploaded\n');
});
