import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { makeRoots } from './roots.ts';

test('a machine that runs no binaries but its own needs none of Debian’s programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-roots-'));
  vi.stubEnv('PATH', '/nowhere');
  const user = vi.spyOn(process, 'getuid').mockReturnValue(1000);
  expect(readdirSync(makeRoots([], join(folder, 'roots')))).toEqual([]);
  vi.unstubAllEnvs();
  user.mockRestore();
  rmSync(folder, { recursive: true });
});
