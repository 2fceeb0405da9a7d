// The code signature inside a Mach-O file, as XNU's osfmk/kern/cs_blobs.h has it: a superblob in
// big-endian numbers with a code directory, which has a hash for each page of the file before it.

import { createHash } from 'node:crypto';

const LC_CODE_SIGNATURE = 0x1d;
const HEADER_SIZE = 32;
const SUPERBLOB = 0xfade_0cc0;
const CODE_DIRECTORY = 0xfade_0c02;
const SHA256 = 2;

/**
 * Checks that a 64-bit Mach-O file is signed and that each page has the hash of its signature.
 * @throws Error saying what is missing or which page differs
 */
export function checkSignature(bytes: Buffer): void {
  const directory = codeDirectory(signatureOf(bytes));
  const hashOffset = directory.readUInt32BE(16);
  const [slots, limit] = [directory.readUInt32BE(28), directory.readUInt32BE(32)];
  const [hashSize = 0, hashType] = directory.subarray(36, 38);
  const pageSize = 2 ** (directory[39] ?? 0);
  if (hashType !== SHA256) throw new Error(`the signature has hashes of kind ${String(hashType)}`);
  if (slots !== Math.ceil(limit / pageSize)) throw new Error('the signature leaves out pages');
  for (let page = 0; page < slots; page += 1) {
    const content = bytes.subarray(page * pageSize, Math.min(limit, (page + 1) * pageSize));
    const at = hashOffset + page * hashSize;
    const isSame = createHash('sha256')
      .update(content)
      .digest()
      .equals(directory.subarray(at, at + hashSize));
    if (!isSame) throw new Error(`page ${String(page)} differs from its signature`);
  }
}

function signatureOf(bytes: Buffer): Buffer {
  const commands = bytes.readUInt32LE(16);
  let at = HEADER_SIZE;
  for (let index = 0; index < commands; index += 1) {
    if (bytes.readUInt32LE(at) === LC_CODE_SIGNATURE) {
      const [offset, size] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
      return bytes.subarray(offset, offset + size);
    }
    at += bytes.readUInt32LE(at + 4);
  }
  throw new Error('the program is not signed');
}

function codeDirectory(signature: Buffer): Buffer {
  if (signature.readUInt32BE(0) !== SUPERBLOB) throw new Error('the signature is no superblob');
  const count = signature.readUInt32BE(8);
  for (let index = 0; index < count; index += 1) {
    const blob = signature.subarray(signature.readUInt32BE(16 + index * 8));
    if (blob.readUInt32BE(0) === CODE_DIRECTORY) return blob;
  }
  throw new Error('the signature has no code directory');
}
