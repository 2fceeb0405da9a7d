import { posix, win32 } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { cacheFolder, variable } from './config.ts';
import { openFiles, type Files } from './files.ts';

const FILES = openFiles() as Files;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the folder for copies', () => {
  test.each([
    ['linux', { HOME: '/home/u' }, '/home/u/.cache/featureflags'],
    ['linux', { HOME: '/home/u', XDG_CACHE_HOME: '/var/c' }, '/var/c/featureflags'],
    ['darwin', { HOME: '/Users/u' }, '/Users/u/Library/Caches/featureflags'],
    ['win32', { LOCALAPPDATA: 'C:\\u\\Local', XDG_CACHE_HOME: 'x' }, 'C:\\u\\Local\\featureflags'],
    ['win32', { USERPROFILE: 'C:\\u' }, 'C:\\u\\.cache\\featureflags'],
    ['linux', { HOME: '' }, undefined],
    ['linux', {}, undefined],
  ])('%s %j: %s', (platform, env, folder) => {
    vi.stubGlobal('process', { platform, env });
    const path = platform === 'win32' ? win32 : posix;
    const files = { ...FILES, join: (...parts: string[]) => path.join(...parts) };
    expect(cacheFolder(files)).toBe(folder);
  });
});

describe('a variable', () => {
  test('where there is no environment, or it may not be read', () => {
    vi.stubGlobal('process', undefined);
    expect(variable('HOME')).toBe(undefined);
    const env = new Proxy(
      {},
      {
        get: () => {
          throw new Error('NotCapable');
        },
      },
    );
    vi.stubGlobal('process', { env });
    expect(variable('HOME')).toBe(undefined);
  });
});
