// Bun for other machines than this one: npm installs only the package that fits.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import type { Target } from './targets.ts';

/** What package-lock.json says of a package. */
interface Locked {
  readonly version: string;
  /** `sha512-` and the hash of the tarball in base64: https://www.w3.org/TR/SRI/ */
  readonly integrity: string;
}

/**
 * The path of Bun's program for a target: what npm installed, or else fetched, in the version and
 * with the hash of package-lock.json.
 * @throws Error if what the registry has is not what the lock file says
 */
export function runtimeOf(target: Target): string {
  const program = target.extension === '' ? 'bin/bun' : `bin/bun${target.extension}`;
  const installed = join(ROOT, 'node_modules', target.package, program);
  if (existsSync(installed)) return installed;
  const locked = lockedPackage(target.package);
  const folder = join(ROOT, '.cache/bun', locked.version, target.name);
  const fetched = join(folder, program);
  if (!existsSync(fetched)) fetchPackage(target.package, locked, folder);
  return fetched;
}

function lockedPackage(name: string): Locked {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked | undefined>;
  };
  const locked = lock.packages[`node_modules/${name}`];
  if (locked !== undefined) return locked;
  throw new Error(`${name} is not in package-lock.json: add it to optionalDependencies.`);
}

/** The folder appears whole or not at all. */
function fetchPackage(name: string, { version, integrity }: Locked, folder: string): void {
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetch-'));
  try {
    const pack = ['pack', '--silent', '--pack-destination', work, `${name}@${version}`];
    const file = execFileSync('npm', pack, { encoding: 'utf8', cwd: ROOT }).trim();
    const tarball = join(work, file);
    checkIntegrity(name, readFileSync(tarball), integrity);
    const unpacked = join(work, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
    mkdirSync(join(folder, '..'), { recursive: true });
    renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function checkIntegrity(name: string, bytes: Buffer, integrity: string): void {
  const got = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (got === integrity) return;
  throw new Error(
    `The registry's ${name} is not the one of package-lock.json: got ${got}, expected ${integrity}.`,
  );
}
