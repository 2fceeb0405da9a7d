// Builds the images for both architectures, and archives of them, into dist/image.

import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { writeSums } from '../release/sums.ts';
import { ROOT } from '../root.ts';
import { tableText } from '../table.ts';
import { dockerArchive, ociArchive } from './archives.ts';
import { build, type Architecture, type Kind } from './build.ts';
import { prepareEngine } from './engine.ts';

const OUT = join(ROOT, 'dist/image');
const KINDS: readonly Kind[] = ['server', 'slim'];
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];

prepareEngine();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const files: string[] = [];
for (const kind of KINDS) {
  for (const architecture of ARCHITECTURES) {
    console.log(`${kind} for ${architecture}…`);
    build(kind, architecture);
    files.push(dockerArchive(kind, architecture, OUT));
  }
  console.log(`${kind} for all architectures…`);
  files.push(ociArchive(kind, ARCHITECTURES, OUT));
}
writeSums(OUT, files);
const rows = files.map((file) => [file, (statSync(join(OUT, file)).size / 1e6).toFixed(1)]);
console.log(`\n${tableText(['archive', 'MB'], rows)}`);
