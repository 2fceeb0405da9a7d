import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { spell } from '../output.ts';
import type { Act, Session } from '../session.ts';

interface Options {
  readonly output?: string;
}

/** `ffctl export`: everything as one document. */
export function addExport(program: Command, act: Act): void {
  program
    .command('export')
    .description('Write all flags, segments and environments as YAML, or as JSON with --json')
    .option('--output <file>', 'write to this file; JSON if its name ends in .json')
    .action(act(exportProject));
}

async function exportProject(session: Session, { output }: Options): Promise<void> {
  const client = await session.client();
  const document = await client.send({ path: ['export'] });
  const wanted = session.settings.output;
  const isJson = wanted === 'json' || (wanted === 'table' && extname(output ?? '') === '.json');
  const text = await spell(document, isJson ? 'json' : 'yaml');
  if (output === undefined) {
    session.io.out(text);
    return;
  }
  await write(resolve(session.io.cwd, output), text, output);
  session.io.err(`Wrote ${output}.\n`);
}

async function write(path: string, text: string, name: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Failure(EXIT.failed, `${name} cannot be written: ${(error as Error).message}`);
  }
}
