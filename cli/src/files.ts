import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { wrongUse } from './failure.ts';
import type { Io } from './io.ts';

/** Reads a file that the command line names; `-` is standard input. */
export async function readNamed(name: string, io: Pick<Io, 'cwd' | 'readInput'>): Promise<string> {
  if (name === '-') return io.readInput();
  try {
    return await readFile(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw wrongUse(
      code === 'ENOENT' ? `There is no file ${name}.` : `${name} cannot be read: ${message}`,
    );
  }
}
