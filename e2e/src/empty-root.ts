import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

import type { Command } from './programs.ts';
import { newFolder } from './server.ts';

/** A folder that a program sees as the whole file system. */
export interface EmptyRoot {
  readonly path: string;
  /** The command line that runs the program in it. */
  readonly command: (...words: readonly string[]) => Command;
}

/** The emulator of other processors, where a root has one. */
const EMULATOR = 'qemu-aarch64-static';

/**
 * Makes a root that holds a program and the C library that it names, and nothing else: no shell,
 * no /etc, no certificates.
 * @param base a folder with the libraries, for a program that this machine has none for
 */
export function emptyRoot(program: string, base?: string): EmptyRoot {
  const path = newFolder();
  if (base === undefined) for (const library of librariesOf(program)) copyInto(path, library);
  else cpSync(base, path, { recursive: true, verbatimSymlinks: true });
  for (const folder of ['data', 'tmp', 'proc']) mkdirSync(join(path, folder), { recursive: true });
  copyFileSync(program, join(path, 'ffctl'));
  const isEmulated = existsSync(join(path, EMULATOR));
  const ffctl = isEmulated ? [`/${EMULATOR}`, '-cpu', 'cortex-a72', '/ffctl'] : ['/ffctl'];
  return { path, command: (...words) => inside(path, [...ffctl, ...words]) };
}

/** The files that the program's loader takes, itself among them. */
function librariesOf(program: string): string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/\/\S+/g)].map(([path]) => path);
}

function copyInto(root: string, file: string): void {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  copyFileSync(file, join(root, file));
}

/**
 * Changes the root, in a namespace that has /proc there: the C library asks it where the stack is,
 * as it does in every container. Without root's rights, a user namespace gives the right to do so.
 */
function inside(root: string, words: readonly string[]): Command {
  const script = 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"';
  const rights = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', ...rights, '--mount', 'sh', '-c', script, root, ...words];
}
