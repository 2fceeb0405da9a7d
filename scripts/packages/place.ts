import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Place } from './command.ts';

/** What is on the PATH there. `sh` and `env` are what npm itself starts programs by. */
const PROGRAMS = ['npm', 'npx', 'sh', 'env'] as const;

/** A folder where there is nothing yet, as on the machine of somebody who has only Node. */
export interface EmptyPlace extends Place {
  /** Removes it. */
  [Symbol.dispose](): void;
}

/**
 * Makes an empty folder with an empty home, so an empty cache of npm, and a PATH with nothing but
 * this Node, npm and the shell. It is removed when it is disposed of.
 * @throws Error if there is no npm here
 */
export function emptyPlace(): EmptyPlace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'featureflags-place-')));
  const [cwd, home, bin] = ['app', 'home', 'bin'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const name of PROGRAMS) symlinkSync(found(name), join(bin, name));
  return {
    cwd,
    env: { HOME: home, PATH: bin, LANG: 'C.UTF-8' },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where a program is; npm's is a link beside the files that it needs. */
function found(name: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(
    `${name} is not on the PATH. The packages are tried with it: install Node and npm.`,
  );
}
