import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT } from './root.ts';

/** The npm that Node 24 brings along. */
export const NPM = 'npm@11.19.1';

/** Puts Node 24 and npm where an image of Node's own has them. @param root of a file system */
export function addNodeAndNpm(root: string): void {
  const [bin, npm] = [join(root, 'usr/local/bin'), join(root, 'usr/local/lib/node_modules/npm')];
  mkdirSync(bin, { recursive: true });
  mkdirSync(npm, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'featureflags-npm-'));
  try {
    const pack = ['pack', '--silent', '--pack-destination', work, NPM];
    const tarball = execFileSync('npm', pack, { encoding: 'utf8', cwd: ROOT }).trim();
    execFileSync('tar', ['-xzf', join(work, tarball), '-C', npm, '--strip-components=1']);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  // These scripts run on the Node of package.json.
  cpSync(process.execPath, join(bin, 'node'));
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(bin, name));
  }
}
