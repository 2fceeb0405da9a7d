// Folders with the C libraries of other machines, so that binaries for these can be run here: musl's
// beside glibc's, and arm64's in an emulator.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { needPrograms, unpackPackages } from '../debian.ts';
import { EMULATOR } from '../emulator.ts';
import { ROOT } from '../root.ts';

const CACHE = join(ROOT, '.cache');

/** What a target's root is made of, for machines with an amd64 processor. */
interface Plan {
  readonly architecture: 'amd64' | 'arm64';
  /** Debian's package of the C library. */
  readonly package: 'libc6' | 'musl';
  /** The files that Bun's loader takes, in that package, and where it looks for them. */
  readonly files: Readonly<Record<string, string>>;
  readonly wheel?: Wheel;
}

/**
 * Debian has no C++ library for musl, but Python's packages for Alpine carry Alpine's own. This is
 * a small one, with its SHA-256 on PyPI.
 */
interface Wheel {
  readonly platform: string;
  readonly sha256: string;
}

const WHEEL = 'ujson==6.1.0';

const PLANS: Readonly<Record<string, Plan>> = {
  'linux-amd64-musl': {
    architecture: 'amd64',
    package: 'musl',
    files: musl('x86_64'),
    wheel: {
      platform: 'musllinux_1_2_x86_64',
      sha256: 'f8371bc2e5c7453f350101b0baef4f792b6f9a5d1cccf89f6a138f1d0b4871eb',
    },
  },
  'linux-arm64': { architecture: 'arm64', package: 'libc6', files: glibc('aarch64-linux-gnu') },
  'linux-arm64-musl': {
    architecture: 'arm64',
    package: 'musl',
    files: musl('aarch64'),
    wheel: {
      platform: 'musllinux_1_2_aarch64',
      sha256: 'e2fc45d7e147b0ee0f43bc184c0007e7e5b60c4ae01bb2b9b9caf7600be1ac9c',
    },
  },
};

/** The targets that a machine like this one can run in a root that is made for them. */
export const FOREIGN_TARGETS: readonly string[] =
  process.platform === 'linux' && process.arch === 'x64' ? Object.keys(PLANS) : [];

/** Makes a root for each of the targets. @returns the folder that holds them, by their names */
export function makeRoots(
  targets: readonly string[],
  folder: string = join(CACHE, 'roots'),
): string {
  needPrograms(neededFor(targets));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const target of targets) {
    const plan = PLANS[target];
    if (plan !== undefined) makeRoot(plan, join(folder, target));
  }
  return folder;
}

/** By their packages; a machine that runs no other's binaries needs none. */
function neededFor(targets: readonly string[]): Record<string, string> {
  if (targets.length === 0) return {};
  const isEmulated = targets.some((name) => PLANS[name]?.architecture === 'arm64');
  return {
    mmdebstrap: 'mmdebstrap',
    ...(isEmulated ? { 'qemu-user-static': basename(EMULATOR) } : {}),
  };
}

function makeRoot(plan: Plan, root: string): void {
  const unpacked = join(CACHE, 'debian', `${plan.package}-${plan.architecture}`);
  unpackPackages([plan.package], plan.architecture, unpacked);
  for (const [from, to] of Object.entries(plan.files)) copy(join(unpacked, from), join(root, to));
  if (plan.wheel !== undefined) addAlpineLibraries(plan.wheel, join(root, 'lib'));
  if (plan.architecture === 'arm64') copy(EMULATOR, join(root, basename(EMULATOR)));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function glibc(triplet: string): Plan['files'] {
  const names = ['libc.so.6', 'libm.so.6', 'libpthread.so.0', 'libdl.so.2'];
  const loader = 'ld-linux-aarch64.so.1';
  const files: Record<string, string> = { [`usr/lib/${triplet}/${loader}`]: `lib/${loader}` };
  for (const name of names) files[`usr/lib/${triplet}/${name}`] = `lib/${triplet}/${name}`;
  return files;
}

/** musl's loader is its library too, under the name that Alpine's programs ask for. */
function musl(processor: string): Plan['files'] {
  return { [`usr/lib/${processor}-linux-musl/libc.so`]: `lib/ld-musl-${processor}.so.1` };
}

function addAlpineLibraries({ platform, sha256 }: Wheel, lib: string): void {
  const work = mkdtempSync(join(CACHE, 'wheel-'));
  try {
    const which = ['--only-binary=:all:', '--platform', platform, '--python-version', '3.12'];
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', ...which, '--dest', work, WHEEL];
    execFileSync('python3', pip, { stdio: 'inherit' });
    const [wheel = ''] = globSync(join(work, '*.whl'));
    const got = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    if (got !== sha256) throw new Error(`${WHEEL}: got SHA-256 ${got}, expected ${sha256}`);
    execFileSync('python3', ['-m', 'zipfile', '-e', wheel, work]);
    for (const file of globSync(join(work, '*.libs/*'))) copy(file, join(lib, basename(file)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const [cpp = ''] = globSync(join(lib, 'libstdc++-*'));
  symlinkSync(basename(cpp), join(lib, 'libstdc++.so.6'));
  const [loader = ''] = globSync(join(lib, 'ld-musl-*'));
  symlinkSync(basename(loader), join(lib, basename(loader).replace('ld-musl', 'libc.musl')));
}
