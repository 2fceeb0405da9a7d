// Server and ffctl as one file that needs nothing else.
//
//   node scripts/binaries/compile.ts linux-amd64 <file> [file for the licences of what is in it]

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import type { Metafile } from 'esbuild';

import { notices } from '../packages/notices.ts';
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

/** What Bun brings along; its npm package has no text of it. */
const BUN = `${'-'.repeat(80)}
Bun (MIT), Copyright (c) Oven

The program runs on Bun, which contains JavaScriptCore and WebCore of WebKit (LGPL-2.1) and other
libraries, each under its own licence: https://bun.com/docs/project/license lists them, and how to
link Bun with another JavaScriptCore.
`;

/**
 * Compiles the program for a kind of machine.
 * @param file where to; its folder is made
 * @returns whose code is in it, under which licences
 */
export function compile(target: Target, file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'featureflags-compile-'));
  try {
    const metafile = join(work, 'meta.json');
    const what = [`--target=${target.bun}`, `--compile-executable-path=${runtimeOf(target)}`];
    const entry = [`--metafile=${metafile}`, 'cli/src/main.ts', '--outfile', file];
    const bun = [join(ROOT, 'scripts/runtime.js'), 'bun', 'build'];
    execFileSync(process.execPath, [...bun, ...OPTIONS, ...what, ...entry], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return notices(JSON.parse(readFileSync(metafile, 'utf8')) as Metafile) + BUN;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [name = '', file = '', licences] = process.argv.slice(2);
  if (file === '')
    throw new Error('Usage: node scripts/binaries/compile.ts <target> <file> [file]');
  const text = compile(targetNamed(name), resolve(file));
  if (licences !== undefined) writeFileSync(licences, text);
}
