import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { repositoryProblems } from './repository.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repository-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function pack(name: string, manifest: object): void {
  mkdirSync(join(folder, 'package'), { recursive: true });
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest));
  execFileSync('tar', ['-czf', join(folder, name), '-C', folder, 'package']);
}

test('a tarball must name the repository that the workflow runs in', () => {
  pack('none.tgz', {});
  pack('other.tgz', { repository: { url: 'git+https://github.com/a/c.git' } });
  pack('right.tgz', { repository: { url: 'git+https://github.com/a/b.git' } });
  const tarballs = ['none.tgz', 'other.tgz', 'right.tgz'];
  expect(repositoryProblems(folder, tarballs, 'a/b')).toEqual([
    expect.stringMatching(
      /^none\.tgz: .* the repository \(none\), expected git\+https:.*a\/b\.git/,
    ),
    expect.stringMatching(/^other\.tgz: .* the repository git\+https:.*a\/c\.git, expected/),
  ]);
});

test('outside of a workflow nobody knows the repository', () => {
  expect(repositoryProblems(folder, ['none.tgz'], undefined)).toEqual([]);
});
