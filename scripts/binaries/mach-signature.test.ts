import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { checkSignature } from './mach-signature.ts';

const PAGE = 4096;
const LIMIT = 2 * PAGE + 100;
const PAGES = 3;
const HASH = 32;
const DIRECTORY = 44;

/** A Mach-O file of a header, a command that names the signature, and three pages. */
function signed(): Buffer {
  const size = 20 + DIRECTORY + PAGES * HASH;
  const bytes = Buffer.alloc(LIMIT + size, 7);
  bytes.writeUInt32LE(1, 16);
  bytes.writeUInt32LE(0x1d, 32);
  bytes.writeUInt32LE(16, 36);
  bytes.writeUInt32LE(LIMIT, 40);
  bytes.writeUInt32LE(size, 44);
  writeSuperblob(bytes.subarray(LIMIT), bytes);
  return bytes;
}

function writeSuperblob(blob: Buffer, file: Buffer): void {
  blob.writeUInt32BE(0xfade_0cc0, 0);
  blob.writeUInt32BE(blob.length, 4);
  blob.writeUInt32BE(1, 8);
  blob.writeUInt32BE(0, 12);
  blob.writeUInt32BE(20, 16);
  const directory = blob.subarray(20);
  directory.writeUInt32BE(0xfade_0c02, 0);
  directory.writeUInt32BE(DIRECTORY, 16);
  directory.writeUInt32BE(PAGES, 28);
  directory.writeUInt32BE(LIMIT, 32);
  directory.set([HASH, 2, 0, 12], 36);
  for (let page = 0; page < PAGES; page += 1) {
    const content = file.subarray(page * PAGE, Math.min(LIMIT, (page + 1) * PAGE));
    directory.set(createHash('sha256').update(content).digest(), DIRECTORY + page * HASH);
  }
}

test('a file whose pages are those of its signature', () => {
  expect(() => {
    checkSignature(signed());
  }).not.toThrow();
});

test.each([
  ['the first page', 100, 'page 0 differs'],
  ['the last byte that is signed', LIMIT - 1, 'page 2 differs'],
  ['a hash', LIMIT + 20 + DIRECTORY + HASH, 'page 1 differs'],
  ['the name of the command', 32, 'not signed'],
  ['the superblob', LIMIT, 'no superblob'],
  ['the code directory', LIMIT + 20, 'no code directory'],
  ['the number of pages', LIMIT + 20 + 31, 'leaves out pages'],
  ['the kind of hash', LIMIT + 20 + 37, 'hashes of kind'],
])('another byte in %s is seen', (_, at, message) => {
  const bytes = signed();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  expect(() => {
    checkSignature(bytes);
  }).toThrow(message);
});
