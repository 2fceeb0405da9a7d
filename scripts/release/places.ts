// Where the version of the project is written: one version for all parts.

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One place: the version is the group `version` of the only match of `pattern` in the file. */
interface Place {
  readonly path: string;
  readonly pattern: RegExp;
}

export interface Found {
  readonly path: string;
  /** Undefined where the file has no such place. */
  readonly version: string | undefined;
}

const VERSION = String.raw`(?<version>\d+\.\d+\.\d+(?:-[\w.]+)?)`;
const TYPESCRIPT = new RegExp(`(?<=^export const VERSION = ')${VERSION}(?=';$)`, 'm');
const TOML = new RegExp(`(?<=^version = ")${VERSION}(?="$)`, 'm');

/** Beside the packages of the workspace, which changesets versions. */
const PLACES: readonly Place[] = [
  { path: 'package.json', pattern: new RegExp(`(?<=^ {2}"version": ")${VERSION}(?=",$)`, 'm') },
  { path: 'cli/src/program.ts', pattern: TYPESCRIPT },
  { path: 'sdks/typescript/src/version.ts', pattern: TYPESCRIPT },
  { path: 'sdks/python/pyproject.toml', pattern: TOML },
  { path: 'sdks/rust/Cargo.toml', pattern: TOML },
  {
    path: 'sdks/rust/Cargo.lock',
    pattern: new RegExp(`(?<=^name = "featureflags-client"\nversion = ")${VERSION}(?="$)`, 'm'),
  },
];

/** Files that may name a version of ours to people or machines, as in `featureflags/server:0.1.0`. */
const MENTIONING = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/*.md',
  '{deploy,docker}/**',
  '{cli,server,sdks/*}/README.md',
];
const MENTION = /(?<=\b(?:featureflags|ffctl)[\w/-]*(?:[-:@=]|==))\d+\.\d+\.\d+(?![\w.]*\.\d)/g;

/** What each place says, below `root`. */
export function placesIn(root: string): Found[] {
  const places = PLACES.map(({ path, pattern }) => ({
    path,
    version: pattern.exec(read(root, path))?.groups?.['version'],
  }));
  const mentions = mentioning(root).flatMap((path) =>
    [...read(root, path).matchAll(MENTION)].map(([version]) => ({ path, version })),
  );
  return [...places, ...mentions];
}

/** Writes the version into each place below `root`. */
export function setPlaces(root: string, version: string): void {
  for (const { path, pattern } of PLACES) replace(root, path, pattern, version);
  for (const path of mentioning(root)) replace(root, path, MENTION, version);
}

function replace(root: string, path: string, pattern: RegExp, version: string): void {
  const before = read(root, path);
  const after = before.replace(pattern, version);
  if (after !== before) writeFileSync(join(root, path), after);
}

function mentioning(root: string): string[] {
  return globSync(MENTIONING, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
