// Lints packed npm packages: what npm and those who install them would stumble over.
//
//   node scripts/packages/lint.ts <tarball> [<tarball> …]

import { basename, join } from 'node:path';

import { ROOT } from '../root.ts';
import { output } from './command.ts';

const MODULES = join(ROOT, 'node_modules');
const PLACE = { cwd: ROOT, env: { PATH: process.env['PATH'], NO_COLOR: '1' } };

/** One linter's word on a tarball. @throws Error with what it found */
export type Lint = (tarball: string) => Promise<string>;

/** The linters of a tarball by their names: only the client has types, the programs export nothing. */
export function lintsOf(tarball: string): Readonly<Record<string, Lint>> {
  const isClient = basename(tarball).startsWith('featureflags-client-');
  return isClient ? { publint, 'are the types wrong': types } : { publint };
}

async function publint(tarball: string): Promise<string> {
  const program = join(MODULES, 'publint/src/cli.js');
  const said = await output([process.execPath, program, 'run', tarball, '--strict'], PLACE);
  if (!said.includes('All good!')) throw new Error(said);
  return 'all good';
}

async function types(tarball: string): Promise<string> {
  const program = join(MODULES, '@arethetypeswrong/cli/dist/index.js');
  // Only ES modules are published: whoever uses require() needs a Node that can load them by it.
  const words = [tarball, '--profile', 'esm-only', '--no-color'] as const;
  const said = await output([process.execPath, program, ...words], PLACE);
  if (/❌|🥴|👺/u.test(said)) throw new Error(said);
  return 'no problems';
}

async function main(tarballs: readonly string[]): Promise<void> {
  if (tarballs.length === 0) {
    console.error('Usage: node scripts/packages/lint.ts <tarball> [<tarball> …]');
    process.exitCode = 2;
  }
  for (const tarball of tarballs) {
    for (const [name, lint] of Object.entries(lintsOf(tarball))) {
      try {
        console.log(`${basename(tarball)}: ${name}: ${await lint(tarball)}`);
      } catch (error) {
        console.error(`${basename(tarball)}: ${name} failed: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
  }
}

if (import.meta.main) await main(process.argv.slice(2));
