import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from './programs.ts';
import { ROOT } from './programs.ts';

const SDK = join(ROOT, 'sdks/rust');

const MANIFEST = `[package]
name = "typed"
edition = "2021"

[dependencies]
featureflags-client = { path = ${JSON.stringify(SDK)} }
`;

/**
 * Makes a crate that uses the SDK, with the SDK's own lock file, and the command that builds and
 * runs it. It is built where the SDK is, so that nothing is compiled twice.
 * @param sources the text of each file in src/
 */
export function crate(folder: string, sources: Readonly<Record<string, string>>): Command {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'Cargo.toml'), MANIFEST);
  cpSync(join(SDK, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(join(folder, 'src', name), text);
  }
  const target = ['--target-dir', join(SDK, 'target')];
  const manifest = ['--manifest-path', join(folder, 'Cargo.toml')];
  return ['cargo', 'run', '--quiet', '--offline', ...target, ...manifest, '--'];
}
