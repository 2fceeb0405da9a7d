// Builds the images, tests them, and measures them beside one on Node: `make image-test`.

import { join } from 'node:path';

import { needPrograms } from '../debian.ts';
import { ROOT } from '../root.ts';
import { run } from '../suites/command.ts';
import { build, NATIVE, type Architecture, type Kind } from './build.ts';
import { prepareEngine } from './engine.ts';
import { figuresTable, missed } from './figures.ts';
import { measure, type Figures } from './measure.ts';

const OTHER: Architecture = NATIVE === 'amd64' ? 'arm64' : 'amd64';

/** What is built; the last is only looked into. */
const IMAGES: readonly (readonly [Kind, Architecture])[] = [
  ['server', NATIVE],
  ['slim', NATIVE],
  ['node', NATIVE],
  ['server', OTHER],
];

const VITEST = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'image'] as const;

prepareEngine();
// To start the image of the other architecture, which is built without it.
if (NATIVE === 'amd64') needPrograms({ 'qemu-user-static': 'qemu-aarch64-static' });
for (const [kind, architecture] of IMAGES) {
  console.log(`Building ${kind} for ${architecture}…`);
  build(kind, architecture);
}
// podman-compose, for deploy/compose.yaml.
const tools = await run(['make', '--silent', 'deploy-tools'], { cwd: ROOT });
if (!tools.ok) throw new Error(`make deploy-tools failed (${tools.how}): see above.`);
const tested = await run([process.execPath, ...VITEST]);
const figures: Figures[] = [];
for (const [kind] of IMAGES.slice(0, -1)) {
  console.log(`Measuring ${kind}…`);
  figures.push(await measure(kind));
}
console.log(`\n${figuresTable(figures)}\n`);
const misses = figures.flatMap(missed);
for (const miss of misses) console.log(`MISSED: ${miss}`);
console.log(
  `image-test: tests ${tested.ok ? 'passed' : 'failed'}, ${misses.length} targets missed`,
);
process.exitCode = tested.ok && misses.length === 0 ? 0 : 1;
