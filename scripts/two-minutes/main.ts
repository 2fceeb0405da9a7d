// Times each way from the first command to the first answer, on machines that have nothing of ours:
// `make two-minutes`. Arguments choose ways by their names.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';

import { needPrograms } from '../debian.ts';
import { NATIVE, VERSION } from '../image/build.ts';
import { prepareEngine } from '../image/engine.ts';
import { ROOT } from '../root.ts';
import { run } from '../suites/command.ts';
import { tableText } from '../table.ts';
import { machineFor } from './machine.ts';
import { waysOf, type Way } from './ways.ts';

/** Seconds that a way may take, its downloads with it. */
const LIMIT = 120;

/** Bits that an ordinary line brings in a second, for what is downloaded. */
const LINE = 50e6;

/** How long a way took, and what it downloaded, in bytes. */
interface Timing {
  readonly way: Way;
  readonly seconds: number;
  readonly bytes: number;
}

/** The targets of make that have not yet made what the ways download. */
function missing(ways: readonly Way[]): ReadonlySet<string> {
  const files = ways.flatMap((way) => Object.keys(way.files));
  const gone = files.filter((file) => !existsSync(join(ROOT, 'dist', file)));
  return new Set(gone.map((file) => dirname(file)));
}

async function make(target: string): Promise<void> {
  console.log(`make ${target}, because dist/${target} has not what is needed`);
  const { ok, how } = await run(['make', target], { cwd: ROOT, minutes: 30 });
  if (!ok) throw new Error(`make ${target} failed (${how}): see above.`);
}

async function time(way: Way): Promise<Timing> {
  console.log(`${way.name}…`);
  const first = machineFor(way);
  try {
    const { output, seconds } = await first.run();
    if (!output.includes('"flag":"new_checkout"')) throw new Error(`no answer in:\n${output}`);
    if (!way.isOnline) return { way, seconds, bytes: sizeOf(Object.keys(way.files)) };
    return {
      way,
      seconds: await withoutDownloads(way, first.npmCache),
      bytes: cached(first.npmCache),
    };
  } finally {
    first.remove();
  }
}

/** The same commands on another fresh machine, with all that they downloaded there already. */
async function withoutDownloads(way: Way, npmCache: string): Promise<number> {
  const machine = machineFor(way, npmCache);
  try {
    return (await machine.run()).seconds;
  } finally {
    machine.remove();
  }
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(ROOT, 'dist', file)).size, 0);
}

function cached(npmCache: string): number {
  return Number(execFileSync('du', ['-sb', npmCache], { encoding: 'utf8' }).split('\t')[0]);
}

function rowOf({ way, seconds, bytes }: Timing): string[] {
  const line = downloadSeconds(bytes);
  const figures = [bytes / 1e6, line, seconds, line + seconds];
  return [way.name, way.needs, ...figures.map((figure) => figure.toFixed(1))];
}

function downloadSeconds(bytes: number): number {
  return (bytes * 8) / LINE;
}

async function main(names: readonly string[]): Promise<void> {
  prepareEngine();
  needPrograms({ iproute2: 'ip' });
  mkdirSync(join(ROOT, '.cache/two-minutes'), { recursive: true });
  const ways = waysOf(VERSION, NATIVE).filter(
    ({ name }) => names.length === 0 || names.includes(name),
  );
  for (const target of missing(ways)) await make(target);
  const timings: Timing[] = [];
  for (const way of ways) timings.push(await time(way));
  const headings = ['way', 'you need', 'MB', 's at 50 Mbit/s', 's for the rest', 's in all'];
  console.log(`\n${tableText(headings, timings.map(rowOf))}\n`);
  const late = timings.filter(({ bytes, seconds }) => downloadSeconds(bytes) + seconds > LIMIT);
  console.log(`two-minutes: ${timings.length} ways, ${late.length} took longer`);
  process.exitCode = late.length === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
