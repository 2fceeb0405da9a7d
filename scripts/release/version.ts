// Makes the next version: changesets decides which it is and sets it in the packages; the rest of
// the places, the lock files and CHANGELOG.md follow.
//
//   node scripts/release/version.ts [folder]

import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { withRelease } from './changelog.ts';
import type { Change } from './changes.ts';
import { setPlaces } from './places.ts';
import { readVersions } from './versions.ts';
import { readManifest } from './workspaces.ts';

const CHANGESETS = fileURLToPath(import.meta.resolve('@changesets/cli/bin.js'));
// Nothing but our own versions changes, so npm needs no registry.
const LOCK = [
  'install',
  '--package-lock-only',
  '--offline',
  '--ignore-scripts',
  '--loglevel=error',
];

function main(folder = '.'): number {
  const root = resolve(folder);
  const before = readVersions(root);
  if (before.changes.length === 0 && before.problems.length === 0) {
    console.error(
      'version: nothing to release, .changeset/ has no changeset. CONTRIBUTING.md says how one is written.',
    );
    return 1;
  }
  if (complains(before.problems)) return 1;
  const version = release(root, before.changes);
  if (complains(readVersions(root).problems)) return 1;
  console.log(`version: ${before.version} → ${version}, ${before.changes.length} changesets`);
  console.log('Read CHANGELOG.md once, then go on as docs/releasing.md says.');
  return 0;
}

function release(root: string, changes: readonly Change[]): string {
  const options: ExecFileSyncOptions = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(process.execPath, [CHANGESETS, 'version'], options);
  const { version } = readManifest(root, 'server');
  setPlaces(root, version);
  execFileSync('npm', LOCK, options);
  const changelog = join(root, 'CHANGELOG.md');
  const date = new Date().toISOString().slice(0, 10);
  const text = withRelease(readFileSync(changelog, 'utf8'), { version, date }, changes);
  writeFileSync(changelog, text);
  return version;
}

function complains(problems: readonly string[]): boolean {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`version: ${problems.length} problems, see above`);
  }
  return problems.length > 0;
}

process.exitCode = main(process.argv[2]);
