import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { prepareFolderOf, unwritable } from './data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'featureflags-folder-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test('the folder of a database is made', () => {
  prepareFolderOf(join(folder, 'a', 'b', 'f.db'));
  expect(statSync(join(folder, 'a', 'b')).isDirectory()).toBe(true);
  writeFileSync(join(folder, 'a', 'f.db'), '');
  prepareFolderOf(join(folder, 'a', 'f.db'));
});

test.each([
  ['the folder is a file', 'file', 'That is a file: move it away'],
  ['a part of the path is a file', 'file/data', 'A part of that path is a file'],
])('%s: says so', (_, name, advice) => {
  writeFileSync(join(folder, 'file'), '');
  const data = join(folder, name);
  const preparing = (): void => {
    prepareFolderOf(join(data, 'f.db'));
  };
  expect(preparing).toThrow(`The data folder ${data} cannot be written by user `);
  expect(preparing).toThrow(advice);
});

describe('who cannot write is told', () => {
  const failure = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

  test.each(['EACCES', 'EPERM'])('%s: whose the folder must be', (code) => {
    vi.spyOn(process, 'geteuid').mockReturnValue(1000);
    vi.spyOn(process, 'getegid').mockReturnValue(100);
    expect(unwritable('/data', failure(code)).message).toBe(
      [
        `The data folder /data cannot be written by user 1000 (group 100): ${code}: no.`,
        'Give the folder to that user:  chown -R 1000:100 /data',
        'Of a container: do that to the folder that is mounted there,',
        '  or run it as yourself:       --user "$(id -u):$(id -g)"',
        '  or use a named volume:       -v featureflags:/data',
      ].join('\n'),
    );
  });

  test.each([
    ['EROFS', 'mount it writable'],
    ['ENOSPC', 'Free it, or name another folder with --data (FF_DATA).'],
  ])('%s: %s', (code, advice) => {
    expect(unwritable('/data', failure(code)).message).toContain(advice);
  });
});
