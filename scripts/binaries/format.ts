// What can be told of a program for another machine without running it there.

import { checkSignature } from './mach-signature.ts';
import type { Target } from './targets.ts';

/** The processor numbers of the three formats. */
const PROCESSORS = {
  // e_machine of the ELF header: System V ABI, "Machine Information"
  elf: { amd64: 62, arm64: 183 },
  // cputype of <mach/machine.h>
  mach: { amd64: 0x0100_0007, arm64: 0x0100_000c },
  // Machine of the COFF header: Microsoft's PE format, "Machine Types"
  pe: { amd64: 0x8664, arm64: 0xaa64 },
} as const;

type Processor = 'amd64' | 'arm64';

/** Checks that a file is a program for its target. @throws Error saying what it is instead */
export function checkFormat({ name }: Target, bytes: Buffer): void {
  const [system, processor] = name.split('-') as [string, Processor];
  if (system === 'linux') checkElf(bytes, processor, name.endsWith('musl'));
  else if (system === 'macos') checkMach(bytes, processor);
  else checkPe(bytes, processor);
}

function checkElf(bytes: Buffer, processor: Processor, isMusl: boolean): void {
  expectEqual('the magic number', bytes.readUInt32BE(0), 0x7f45_4c46);
  expectEqual('the processor', bytes.readUInt16LE(18), PROCESSORS.elf[processor]);
  const loader = /\/lib(?:64)?\/ld-(linux|musl)/.exec(bytes.toString('latin1', 0, 4096))?.[1];
  expectEqual('the C library', loader, isMusl ? 'musl' : 'linux');
}

function checkMach(bytes: Buffer, processor: Processor): void {
  expectEqual('the magic number', bytes.readUInt32LE(0), 0xfeed_facf);
  expectEqual('the processor', bytes.readUInt32LE(4), PROCESSORS.mach[processor]);
  // An Apple processor runs nothing that is not signed, if only by itself.
  if (processor === 'arm64') checkSignature(bytes);
}

function checkPe(bytes: Buffer, processor: Processor): void {
  expectEqual('the magic number', bytes.toString('latin1', 0, 2), 'MZ');
  const header = bytes.readUInt32LE(0x3c);
  expectEqual('the signature', bytes.toString('latin1', header, header + 2), 'PE');
  expectEqual('the processor', bytes.readUInt16LE(header + 4), PROCESSORS.pe[processor]);
}

function expectEqual(what: string, got: unknown, expected: unknown): void {
  if (got === expected) return;
  throw new Error(`${what} of the program is ${String(got)}, expected ${String(expected)}`);
}
