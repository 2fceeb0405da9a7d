import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../programs.ts';

const FOLDER = join(ROOT, 'deploy');

/** The files of deploy/, by name. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER).toSorted();

/** An example as people copy it. */
export function example(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Where an example lies, for programs that read it there. */
export function examplePath(name: string): string {
  return join(FOLDER, name);
}

/**
 * Changes what differs from machine to machine.
 * @param changes what stands there, and what is to stand there instead, everywhere
 * @throws Error if the example has no such text: then it is no longer the example that is tested
 */
export function edited(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [from, to]) => {
    if (before.includes(from)) return before.replaceAll(from, to);
    throw new Error(`the example has no ${JSON.stringify(from)}`);
  }, text);
}
