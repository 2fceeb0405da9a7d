// Server and ffctl as one file that needs nothing else.
//
//   node scripts/binaries/compile.ts linux-amd64 path/of/the/file

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { ROOT } from '../root.ts';
import { runtimeOf } from './runtime.ts';
import { targetNamed, type Target } from './targets.ts';

/** Each with what it was measured to do: docs/decisions/0015. */
const OPTIONS = [
  '--compile',
  '--minify',
  // Compiled ahead: half the time to the first answer.
  '--bytecode',
  '--format=esm',
  // What a command does not need is not loaded: 4 MB of the idle server.
  '--splitting',
  // Code is optimised once it has run four times as often as usual: 3 MB of the idle server.
  '--compile-jit-policy=4',
  // Else a bunfig.toml in the folder that it is started in would be run, and an .env read.
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
] as const;

/** Compiles the program for a kind of machine. @param file where to; its folder is made */
export function compile(target: Target, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const what = [`--target=${target.bun}`, `--compile-executable-path=${runtimeOf(target)}`];
  const entry = [join(ROOT, 'cli/src/main.ts'), '--outfile', file];
  const bun = [join(ROOT, 'scripts/runtime.js'), 'bun', 'build'];
  execFileSync(process.execPath, [...bun, ...OPTIONS, ...what, ...entry], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

if (import.meta.main) {
  const [name = '', file = ''] = process.argv.slice(2);
  if (file === '') throw new Error('Usage: node scripts/binaries/compile.ts <target> <file>');
  compile(targetNamed(name), resolve(file));
}
