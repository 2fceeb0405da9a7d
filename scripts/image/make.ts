// Builds the images for both architectures, and archives for `docker load`, into dist/image.
// Arguments choose by kind (server, slim) and architecture (amd64, arm64).

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { tableText } from '../table.ts';
import { build, nameOf, VERSION, type Architecture, type Kind } from './build.ts';
import { engine, prepareEngine } from './engine.ts';

const OUT = join(ROOT, 'dist/image');
const KINDS: readonly Kind[] = ['server', 'slim'];
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];

/** The archive that `docker load` and `podman load` take; gzipped by -n, so without a time in it. */
function archive(kind: Kind, architecture: Architecture): string {
  const suffix = kind === 'server' ? '' : `-${kind}`;
  const file = `featureflags-server-${VERSION}${suffix}-${architecture}.docker.tar`;
  const tag = `featureflags/server:${kind === 'server' ? VERSION : `${VERSION}-${kind}`}`;
  const path = join(OUT, file);
  engine(
    'skopeo',
    'copy',
    '--quiet',
    storeName(nameOf(kind, architecture)),
    `docker-archive:${path}:${tag}`,
  );
  execFileSync('gzip', ['-n', path]);
  return `${file}.gz`;
}

function storeName(name: string): string {
  return `containers-storage:${name}`;
}

function main(words: readonly string[]): void {
  prepareEngine();
  const isChosen = (all: readonly string[]) => (one: string) =>
    !words.some((word) => all.includes(word)) || words.includes(one);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const files: string[] = [];
  for (const kind of KINDS.filter(isChosen(KINDS))) {
    for (const architecture of ARCHITECTURES.filter(isChosen(ARCHITECTURES))) {
      console.log(`${kind} for ${architecture}…`);
      build(kind, architecture);
      files.push(archive(kind, architecture));
    }
  }
  const sum = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(OUT, file)))
      .digest('hex');
  writeFileSync(join(OUT, 'SHA256SUMS'), files.map((file) => `${sum(file)}  ${file}\n`).join(''));
  const rows = files.map((file) => [file, (statSync(join(OUT, file)).size / 1e6).toFixed(1)]);
  console.log(`\n${tableText(['archive', 'MB'], rows)}`);
}

main(process.argv.slice(2));
