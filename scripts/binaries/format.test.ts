import { expect, test } from 'vitest';

import { checkFormat } from './format.ts';
import { targetNamed } from './targets.ts';

/** The beginning of a program in each of the three formats: only what is looked at. */
function elf(processor: number, loader: string): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('\u007fELF', 'latin1');
  bytes.writeUInt16LE(processor, 18);
  bytes.write(loader, 256, 'latin1');
  return bytes;
}

function mach(processor: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeed_facf, 0);
  bytes.writeUInt32LE(processor, 4);
  return bytes;
}

function pe(processor: number): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(processor, 132);
  return bytes;
}

const GLIBC = '/lib64/ld-linux-x86-64.so.2';
const MUSL = '/lib/ld-musl-x86_64.so.1';

test.each([
  ['linux-amd64', elf(62, GLIBC)],
  ['linux-amd64-musl', elf(62, MUSL)],
  ['linux-arm64', elf(183, '/lib/ld-linux-aarch64.so.1')],
  ['macos-amd64', mach(0x0100_0007)],
  ['windows-amd64', pe(0x8664)],
])('%s is what it should be', (name, bytes) => {
  expect(() => {
    checkFormat(targetNamed(name), bytes);
  }).not.toThrow();
});

test.each([
  ['linux-amd64', elf(183, GLIBC), 'the processor of the program is 183, expected 62'],
  ['linux-amd64', elf(62, MUSL), 'the C library of the program is musl, expected linux'],
  ['linux-amd64-musl', elf(62, GLIBC), 'the C library of the program is linux, expected musl'],
  ['linux-amd64', mach(62), 'the magic number'],
  ['macos-amd64', mach(0x0100_000c), 'the processor'],
  ['macos-arm64', mach(0x0100_000c), 'the program is not signed'],
  ['windows-amd64', pe(0xaa64), 'the processor'],
  ['windows-amd64', elf(62, GLIBC), 'the magic number'],
])('%s that is something else is refused', (name, bytes, message) => {
  expect(() => {
    checkFormat(targetNamed(name), bytes);
  }).toThrow(message);
});

test('a target that there is not names those there are', () => {
  expect(() => targetNamed('linux-riscv')).toThrow(
    'There is no target linux-riscv; known: linux-amd64,',
  );
});
