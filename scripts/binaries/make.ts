// Makes the single binary for every kind of machine, with checksums, into dist/binaries.
// Arguments choose targets by a part of their names.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { writeSums } from '../release/sums.ts';
import { ROOT } from '../root.ts';
import { tableText } from '../table.ts';
import { compile } from './compile.ts';
import { checkFormat } from './format.ts';
import { fileOf, TARGETS, type Target } from './targets.ts';

const OUT = join(ROOT, 'dist/binaries');

/** What was made for a target; sizes in bytes. */
interface Made {
  readonly target: Target;
  readonly file: string;
  readonly size: number;
  readonly packed: number;
  readonly seconds: number;
}

function make(target: Target): Made {
  const file = fileOf(target);
  console.log(`${file}…`);
  const started = performance.now();
  writeFileSync(join(OUT, 'THIRD-PARTY-NOTICES.txt'), compile(target, join(OUT, file)));
  const bytes = readFileSync(join(OUT, file));
  checkFormat(target, bytes);
  return {
    target,
    file,
    size: bytes.length,
    packed: gzipSync(bytes).length,
    seconds: (performance.now() - started) / 1000,
  };
}

function main(parts: readonly string[]): void {
  const targets = TARGETS.filter(
    ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
  );
  if (targets.length === 0) throw new Error(`No target has ${parts.join(' or ')} in its name.`);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const made = targets.map(make);
  writeSums(
    OUT,
    made.map(({ file }) => file),
  );
  const rows = made.map(({ file, size, packed, seconds }) => [
    file,
    megabytes(size),
    megabytes(packed),
    seconds.toFixed(1),
  ]);
  console.log(`\n${tableText(['file', 'MB', 'MB gzipped', 'seconds'], rows)}`);
  console.log(`\n${String(made.length)} binaries and SHA256SUMS in dist/binaries`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

main(process.argv.slice(2));
