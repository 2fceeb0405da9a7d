// What is said about a version where it is published: its section of CHANGELOG.md.
//
//   node scripts/release/notes.ts v0.2.0
//
// It fails unless the tag, all parts and the changelog agree, and nothing waits in .changeset/.

import { readFileSync } from 'node:fs';

import { notesOf } from './changelog.ts';
import { readVersions } from './versions.ts';

function main(tag: string | undefined): number {
  const { version, changes, problems } = readVersions('.');
  const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), version);
  const all = [...problems];
  if (tag !== `v${version}`) {
    all.push(`the tag is ${tag ?? 'not given'}, expected v${version}: the version of all parts`);
  }
  if (notes === undefined) all.push(`CHANGELOG.md has no "## ${version} - day": run make version`);
  if (changes.length > 0) {
    all.push(`.changeset/ has ${changes.length} changes that are in no release: run make version`);
  }
  for (const problem of all) console.error(`notes: ${problem}`);
  if (all.length === 0) console.log(notes);
  return all.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2]);
