// One version everywhere, and a changelog that the next release can be written into.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { problemsOf } from './changelog.ts';
import { type Change, readChanges } from './changes.ts';
import { placesIn } from './places.ts';
import { packagesIn, readManifest } from './workspaces.ts';

export interface Versions {
  readonly version: string;
  /** How many places say so. */
  readonly places: number;
  readonly changes: readonly Change[];
  /** What differs or is wrong, each with what to do. */
  readonly problems: readonly string[];
}

/** Reads all places below `root`; the root's package.json is the one that they must equal. */
export function readVersions(root: string): Versions {
  const { version } = readManifest(root);
  const found = [...packagesIn(root), ...placesIn(root)];
  const { changes, problems } = readChanges(root);
  return {
    version,
    places: found.length,
    changes,
    problems: [
      ...found
        .filter((place) => place.version !== version)
        .map((place) => `${place.path}: ${differs(place.version, version)}`),
      ...problems,
      ...problemsOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')),
    ],
  };
}

function differs(got: string | undefined, expected: string): string {
  const todo = 'make version writes it everywhere, nobody does by hand';
  if (got === undefined) {
    return `no version where one was; expected ${expected}. If the place has moved, move it in scripts/release/places.ts`;
  }
  return `got ${got}, expected ${expected} as in package.json; ${todo}`;
}
