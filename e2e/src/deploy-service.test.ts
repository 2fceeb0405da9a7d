import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { edited, example } from './deploy/example.ts';
import { readUnit } from './deploy/unit.ts';
import { run, type Ran } from './programs.ts';
import { newFolder } from './server.ts';

// The example of a service of systemd, judged by systemd's own tool. It needs no running systemd.

const NAME = 'featureflags.service';
const PROGRAM = '/usr/local/bin/ffctl';
/** Of 100, as systemd-analyze counts: 14 on systemd 252, where a service without any care has 96. */
const EXPOSURE = 20;

const isThere = spawnSync('systemd-analyze', ['--version']).error === undefined;

/** A copy of the unit that names a program which is there, whether ffctl is installed or not. */
function copyOf(text: string): string {
  const folder = newFolder();
  const program = join(folder, 'ffctl');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  mkdirSync(join(folder, 'units'));
  const path = join(folder, 'units', NAME);
  writeFileSync(path, edited(text, { [PROGRAM]: program }));
  return path;
}

async function analyze(words: readonly string[]): Promise<Ran> {
  return run(['systemd-analyze', '--no-pager', ...words]);
}

test('it starts the program, and may do what JavaScript does', () => {
  const unit = readUnit(example(NAME));
  expect(unit['ExecStart']).toEqual([`${PROGRAM} serve`]);
  expect(unit['MemoryDenyWriteExecute']).toBeUndefined();
  expect(unit['EnvironmentFile']).toEqual(['/etc/featureflags.env']);
});

if (!isThere) {
  // Not a skipped test: `make test` closes with a line that says what was not tried.
  process.stderr.write('systemd-analyze is not installed: the unit was not judged by it.\n');
}

describe.each(isThere ? ['systemd-analyze'] : [])('%s', () => {
  test('finds nothing wrong', async () => {
    const { code, err } = await analyze(['verify', copyOf(example(NAME))]);
    expect(code).toBe(0);
    // Of other units on the machine it may say what it likes.
    expect(err).not.toContain(NAME);
  });

  test.each([
    ['a directive that there is not', { 'LockPersonality=yes': 'LockPersonalty=yes' }],
    ['a value that is none', { 'ProtectSystem=strict': 'ProtectSystem=strong' }],
    ['a group of system calls that there is not', { '=@system-service': '=@system-services' }],
  ])('would find %s', async (_, change) => {
    const { err } = await analyze(['verify', copyOf(edited(example(NAME), change))]);
    expect(err).toContain(NAME);
  });

  test('counts little exposure', async () => {
    const words = ['security', '--offline=true', `--threshold=${String(EXPOSURE)}`];
    const { code, out } = await analyze([...words, copyOf(example(NAME))]);
    expect([code, out]).toEqual([0, expect.stringContaining('Overall exposure')]);
    const careless = edited(example(NAME), { 'SystemCallFilter=': '# ', 'DynamicUser=yes': '' });
    expect((await analyze([...words, copyOf(careless)])).code).not.toBe(0);
  });
});
