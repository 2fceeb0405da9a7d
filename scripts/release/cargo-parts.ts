// The crates that the Rust SDK brings along, as cargo resolves them from its lock file.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'smol-toml';

import type { Part } from './bom.ts';

interface Crate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
}

interface Node {
  readonly id: string;
  readonly deps: readonly {
    readonly pkg: string;
    readonly dep_kinds: readonly { readonly kind: string | null }[];
  }[];
}

/** What `cargo metadata` tells, of which this much is needed. */
export interface Metadata {
  readonly packages: readonly Crate[];
  readonly resolve: { readonly root: string; readonly nodes: readonly Node[] };
}

/**
 * The crates in `folder`'s lock file that a user of the crate compiles, those of its features that
 * are off by themselves as optional.
 */
export function cargoParts(folder: string): Part[] {
  const lock = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
  return crateParts(metadata(folder), metadata(folder, '--all-features'), lock);
}

/** The parts of both answers of cargo; pure, for the tests. */
export function crateParts(usual: Metadata, all: Metadata, lock: string): Part[] {
  const required = reached(usual);
  const direct = new Set(usedBy(all.resolve.nodes.find(({ id }) => id === all.resolve.root)));
  const nodes = new Map(all.resolve.nodes.map((node) => [node.id, node]));
  const crates = new Map(all.packages.map((crate) => [crate.id, crate]));
  const checksums = checksumsOf(lock);
  return [...reached(all)].map((id) => {
    const crate = crates.get(id);
    if (crate === undefined) throw new Error(`cargo metadata names ${id}, but does not list it`);
    const uses = usedBy(nodes.get(id)).map((used) => purlOf(crates.get(used)));
    const scope = required.has(id) ? 'required' : 'optional';
    return partOf(crate, { checksums, uses, scope, direct: direct.has(id) });
  });
}

function metadata(folder: string, ...options: string[]): Metadata {
  const json = execFileSync('cargo', ['metadata', '--locked', '--format-version=1', ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(json) as Metadata;
}

function partOf(
  crate: Crate,
  more: Pick<Part, 'uses' | 'scope' | 'direct'> & { checksums: ReadonlyMap<string, string> },
): Part {
  const { checksums, ...rest } = more;
  const content = checksums.get(`${crate.name}@${crate.version}`);
  return {
    type: 'library',
    name: crate.name,
    version: crate.version,
    purl: purlOf(crate),
    ...(crate.license === null ? {} : { license: crate.license }),
    ...(content === undefined ? {} : { hash: { alg: 'SHA-256', content } }),
    ...rest,
  };
}

/** Everything that is needed to compile the crate, without itself. */
function reached({ resolve: { root, nodes } }: Metadata): Set<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const used of usedBy(byId.get(id))) {
      if (!seen.has(used)) open.push(used);
      seen.add(used);
    }
  }
  return seen;
}

/** Its dependencies, those of its build script too, but not what only its own tests need. */
function usedBy(node: Node | undefined): string[] {
  const deps = node?.deps ?? [];
  return deps
    .filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind !== 'dev'))
    .map(({ pkg }) => pkg);
}

function checksumsOf(lock: string): Map<string, string> {
  const { package: packages } = parse(lock) as {
    package: { name: string; version: string; checksum?: string }[];
  };
  return new Map(
    packages.flatMap(({ name, version, checksum }) =>
      checksum === undefined ? [] : [[`${name}@${version}`, checksum]],
    ),
  );
}

function purlOf(crate: Crate | undefined): string {
  return `pkg:cargo/${crate?.name ?? ''}@${encodeURIComponent(crate?.version ?? '')}`;
}
