// The packages of the npm workspace, and what package-lock.json says of them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Found } from './places.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package as package-lock.json has it. */
export interface Locked extends Partial<Manifest> {
  readonly license?: string;
  /** As `sha512-` and the hash in base 64. */
  readonly integrity?: string;
  /** The folder of the workspace that this stands for. */
  readonly resolved?: string;
}

export interface Lock {
  readonly version: string;
  /** By folder; `''` is the root. */
  readonly packages: Readonly<Record<string, Locked>>;
}

const LOCK = 'package-lock.json';
const FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

export function readManifest(root: string, folder = '.'): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

export function readLock(root: string): Lock {
  return JSON.parse(readFileSync(join(root, LOCK), 'utf8')) as Lock;
}

/** The version of each package of the workspace, and what it asks of the others. */
export function packagesIn(root: string): Found[] {
  const folders = readManifest(root).workspaces ?? [];
  const manifests = folders.map((folder) => ({ folder, manifest: readManifest(root, folder) }));
  const names = new Set(manifests.map(({ manifest }) => manifest.name));
  const lock = readLock(root);
  return [
    ...manifests.flatMap(({ folder, manifest }) =>
      versionsOf(`${folder}/package.json`, manifest, names),
    ),
    { path: LOCK, version: lock.version },
    ...['', ...folders].flatMap((folder) =>
      versionsOf(`${LOCK} (${folder || 'the root'})`, lock.packages[folder] ?? {}, names),
    ),
  ];
}

function versionsOf(path: string, manifest: Locked, names: ReadonlySet<string>): Found[] {
  const asked = FIELDS.flatMap((field) => Object.entries(manifest[field] ?? {}));
  return [
    { path, version: manifest.version },
    ...asked
      .filter(([name]) => names.has(name))
      .map(([name, version]) => ({ path: `${path}: ${name}`, version })),
  ];
}
