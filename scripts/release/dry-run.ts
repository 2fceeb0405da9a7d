// All that a release does, but upload: `make release-dry-run`. What it leaves in dist/release is
// what the release's workflow publishes.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { targetsOf } from '../makefile.ts';
import { run } from '../suites/command.ts';
import { type Asset, assetsOf, missing, packagesOf, pathOf, surplus } from './assets.ts';
import { writeBills } from './bills.ts';
import { notesOf, pendingNotes } from './changelog.ts';
import { tryRegistries } from './registries.ts';
import { repositoryProblems } from './repository.ts';
import { writeSums, wrongSums } from './sums.ts';
import { readVersions, type Versions } from './versions.ts';

const ROOT = process.cwd();
const RELEASE = join(ROOT, 'dist/release');
const TARGETS: readonly Asset['target'][] = ['binaries', 'packages', 'image'];

/** Everything that is wrong, in the order in which it was found. */
const problems: string[] = [];

async function main(): Promise<void> {
  rmSync(RELEASE, { recursive: true, force: true });
  const versions = readVersions(ROOT);
  problems.push(...versions.problems);
  sayNotes(versions);
  for (const target of TARGETS) await build(target);
  const assets = assetsOf(versions.version);
  const isWhole = collect(assets);
  if (isWhole) await finish(versions.version);
  else problems.push('no bills of materials, checksums and trials, because files are missing');
  close();
}

/** The notes that the release has, or would have if it was made now. */
function sayNotes({ version, changes }: Versions): void {
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const pending = pendingNotes(changelog, changes);
  const released = notesOf(changelog, version);
  const isNext = pending !== '';
  const notes = isNext ? pending : (released ?? '');
  const after = `the release after ${version}, by ${changes.length} changesets`;
  console.log(`Notes of ${isNext ? after : `release ${version}`}:\n\n${notes}\n`);
  if (notes === '') {
    problems.push(
      `nothing to release: CHANGELOG.md has no section for ${version}, and .changeset/ has no changeset`,
    );
  }
}

// Always built anew: a release is what this commit makes, not what an older one has left.
async function build(target: Asset['target']): Promise<void> {
  if (!targetsOf(readFileSync(join(ROOT, 'Makefile'), 'utf8')).has(target)) {
    problems.push(`make ${target} is not there: this part of the release is missing`);
    return;
  }
  console.log(`\nmake ${target}`);
  const { ok, how } = await run(['make', target], { minutes: 30 });
  if (!ok) problems.push(`make ${target} failed (${how}), see above`);
}

/** Puts what was built into one folder; false if something is missing. */
function collect(assets: readonly Asset[]): boolean {
  const gone = missing(ROOT, assets);
  problems.push(...gone);
  for (const path of surplus(ROOT, assets)) console.log(`not in the release: ${path}`);
  if (gone.length > 0) return false;
  problems.push(...wrongSums(join(ROOT, 'dist/binaries')));
  mkdirSync(RELEASE, { recursive: true });
  for (const asset of assets) cpSync(pathOf(ROOT, asset), join(RELEASE, asset.name));
  return true;
}

async function finish(version: string): Promise<void> {
  try {
    await writeBills(ROOT, RELEASE, { version, time: timeOf() });
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  writeSums(RELEASE, readdirSync(RELEASE));
  problems.push(...wrongSums(RELEASE));
  const { server, ffctl, client } = packagesOf(version);
  const { GITHUB_REPOSITORY: repository } = process.env;
  problems.push(...repositoryProblems(RELEASE, [server, ffctl, client], repository));
  problems.push(...(await tryRegistries(ROOT, RELEASE, version)));
}

/** When the commit was made, so that two runs write the same. */
function timeOf(): number {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  return Number(given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }));
}

function close(): void {
  const names = problems.length === 0 ? readdirSync(RELEASE).toSorted() : [];
  console.log('');
  for (const name of names) {
    const megabytes = statSync(join(RELEASE, name)).size / 1e6;
    console.log(`${name.padEnd(56)} ${megabytes.toFixed(3).padStart(9)} MB`);
  }
  for (const problem of problems) console.error(`release-dry-run: ${problem}`);
  console.log(
    problems.length === 0
      ? `release-dry-run: ${names.length} assets, nothing uploaded`
      : `release-dry-run: ${problems.length} problems, nothing uploaded`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

await main();
