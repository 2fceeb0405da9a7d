import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

test.each(['v999.0.0', '0.1.0', ''])(
  'no notes for the tag %j, which is not the version of all parts',
  (tag) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'notes.ts'), tag],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /notes: the tag is .*, expected v\d+\.\d+\.\d+: the version of all parts/,
    );
  },
);
