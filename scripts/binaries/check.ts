// Runs the tests of the single binary on those in dist/binaries that this machine can run.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { run } from '../suites/command.ts';
import { FOREIGN_TARGETS, makeRoots } from './roots.ts';
import { TARGETS } from './targets.ts';

const BINARIES = join(ROOT, 'dist/binaries');
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e'] as const;

const targets = FOREIGN_TARGETS.filter((name) => existsSync(join(BINARIES, `ffctl-${name}`)));
const roots = makeRoots(targets);
const command = [process.execPath, ...VITEST, 'e2e/src/binary.test.ts'] as const;
const { ok } = await run([...command], { env: { FF_BINARIES: BINARIES, FF_ROOTS: roots } });
// Elsewhere than on Linux the tests say themselves that they are skipped.
const native = process.platform === 'linux' ? `linux-${process.arch.replace('x64', 'amd64')}` : '';
const isRun = ({ name }: { name: string }): boolean => name === native || targets.includes(name);
const untried = TARGETS.filter((target) => !isRun(target)).map(({ name }) => name);
console.log(`Not run here, only looked at: ${untried.join(', ')}.`);
process.exitCode = ok ? 0 : 1;
