// Builds and packs the npm packages.
//
//   node scripts/packages/build.ts <out> [featureflags] [ffctl] [featureflags-client]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { build as buildClient } from '../../sdks/typescript/build/build.ts';
import { output } from './command.ts';
import { buildProgram, PROGRAMS } from './npm-program.ts';

const CLIENT = 'featureflags-client';

/** The names of the npm packages. */
export const NPM_PACKAGES: readonly string[] = [...Object.keys(PROGRAMS), CLIENT];

/** Builds a package in a folder that is removed afterwards; returns its tarball's path in `out`. */
export async function buildNpmPackage(name: string, out: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-npm-'));
  try {
    if (name === CLIENT) buildClient(folder);
    else await buildProgram(name, folder);
    // With a home of its own, no setting of this machine decides what is packed.
    const env = { PATH: process.env['PATH'], HOME: folder };
    const pack = ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination'] as const;
    const printed = await output([...pack, resolve(out)], { cwd: folder, env });
    return join(out, printed.trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main([out, ...names]: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !NPM_PACKAGES.includes(name));
  if (out === undefined || unknown.length > 0) {
    const got = unknown.length > 0 ? `There is no package ${unknown.join(', ')}.\n` : '';
    const usage = `Usage: node scripts/packages/build.ts <out> [${NPM_PACKAGES.join('] [')}]`;
    console.error(`${got}${usage}`);
    process.exitCode = 2;
    return;
  }
  mkdirSync(out, { recursive: true });
  for (const name of names.length > 0 ? names : NPM_PACKAGES) {
    console.log(await buildNpmPackage(name, out));
  }
}

if (import.meta.main) await main(process.argv.slice(2));
