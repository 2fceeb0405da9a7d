import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { writeSums, wrongSums } from './sums.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'featureflags-sums-'));
  writeFileSync(join(folder, 'a'), 'one');
  writeFileSync(join(folder, 'b'), 'two');
  writeSums(folder, ['b', 'a']);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('what was written is right', () => {
  expect(wrongSums(folder)).toEqual([]);
});

test('a program that fails is no good word, whatever it wrote', () => {
  mkdirSync(join(folder, 'bin'));
  const script = '#!/bin/sh\n[ "$1" = --version ] || { echo "a: OK"; exit 3; }\n';
  writeFileSync(join(folder, 'bin/sha256sum'), script, { mode: 0o755 });
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`);
  expect(wrongSums(folder)).toEqual([expect.stringContaining('sha256sum ended with 3')]);
});
