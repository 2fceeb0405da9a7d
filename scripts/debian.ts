// What comes from Debian's packages: programs on this machine, and files of other machines.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The release that images are built on: its C library is in them. */
export const SUITE = 'trixie';

/**
 * Sees to it that programs are installed, by apt where that may be used.
 * @param programs by their packages
 * @throws Error saying what to install
 */
export function needPrograms(programs: Readonly<Record<string, string>>): void {
  const missing = Object.entries(programs).flatMap(([name, file]) => (isHere(file) ? [] : [name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isHere('apt-get')) {
    throw new Error(
      `Not installed: ${missing.join(', ')}. Install these packages (Debian's names).`,
    );
  }
  console.log(`Installing ${missing.join(', ')}…`);
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...missing);
}

/**
 * Unpacks packages of Debian into a folder, if they are not there yet. Nothing of them is run.
 * @param architecture as Debian calls it: amd64, arm64
 */
export function unpackPackages(
  packages: readonly string[],
  architecture: string,
  folder: string,
): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  const what = [`--include=${packages.join(',')}`, `--architectures=${architecture}`];
  // Whoever is not root may unpack as well, but not change the root of a process.
  const mode = process.getuid?.() === 0 ? 'root' : 'chrootless';
  const how = ['--variant=extract', `--mode=${mode}`, '--quiet'];
  const sandbox = ['--aptopt=APT::Sandbox::User "root"'];
  try {
    const words = [...how, ...sandbox, ...what, SUITE, join(work, 'root')];
    execFileSync('mmdebstrap', words, { stdio: 'inherit' });
    renameSync(join(work, 'root'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isHere(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function apt(...words: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 2, 2], env });
  if (status !== 0) throw new Error(`apt-get ${words.join(' ')} failed: see above.`);
}
