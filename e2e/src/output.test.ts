import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { expect, test } from 'vitest';

import { ROOT } from './programs.ts';

const FFCTL = [join(ROOT, 'cli/bin/ffctl.js'), '--help'];

test('ffctl says that its output is lost where the disk is full', () => {
  const full = openSync('/dev/full', 'w');
  const stdio = ['ignore', full, 'pipe'] as const;
  const { status, stderr } = spawnSync(process.execPath, FFCTL, {
    stdio: [...stdio],
    encoding: 'utf8',
  });
  closeSync(full);
  expect(stderr).toMatch(/^ffctl: the output is not complete: ENOSPC.*\n$/);
  expect(status).toBe(1);
});
