import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

import { LAUNCHES, ROOT, type Command } from './programs.ts';

export type Language = 'typescript' | 'python' | 'rust';

const PYTHON = join(ROOT, '.venv-python/bin/python');
const MANIFEST = join(ROOT, 'sdks/rust/Cargo.toml');

/** The languages whose toolchains are here; `make test` says which are not, in FF_LEFT_OUT. */
export const LANGUAGES: readonly Language[] = (['typescript', 'python', 'rust'] as const).filter(
  (language) => !(process.env['FF_LEFT_OUT'] ?? '').split(',').includes(language),
);

/** Runs a TypeScript file of these tests. */
export function typescript(file: string, runtime: 'node' | 'bun' = 'node'): Command {
  return [LAUNCHES[runtime][0], join(ROOT, 'e2e/src', file)];
}

/** Runs a Python file, with the SDK installed. */
export function python(file: string): Command {
  make('python');
  return [PYTHON, join(ROOT, file)];
}

/** Runs one of the Rust SDK's examples, as `cargo test` has built it. */
export function rust(example: string): Command {
  const build = ['build', '--quiet', '--locked', '--all-features', '--example', example];
  execFileSync('cargo', [...build, '--manifest-path', MANIFEST], { stdio: 'inherit' });
  return [join(ROOT, 'sdks/rust/target/debug/examples', example)];
}

function make(target: string): void {
  execFileSync('make', ['--silent', target], { cwd: ROOT, stdio: 'inherit' });
}
