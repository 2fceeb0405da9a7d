import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { CODE, type Language } from '../codegen/languages.ts';
import { differenceText } from '../codegen/difference.ts';
import { typedFlags } from '../codegen/typed-flag.ts';
import { quoted } from '../config.ts';
import { EXIT, Failure, wrongUse } from '../failure.ts';
import type { FlagView } from '../flag.ts';
import { hint, type Act, type Session } from '../session.ts';

interface Options {
  readonly out?: string;
  readonly check?: boolean;
}

/** `ffctl codegen`: typed accessors for the flags. */
export function addCodegen(program: Command, act: Act): void {
  program
    .command('codegen')
    .description('Write code with one typed call for each flag')
    .addArgument(new Argument('<language>', 'of the code').choices(Object.keys(CODE)))
    .option('--out <file>', 'write to this file')
    .option('--check', 'only say if the file is up to date; exit with 1 if it is not')
    .action(act(codegen));
}

async function codegen(session: Session, language: Language, options: Options): Promise<void> {
  const { out, check = false } = options;
  if (session.settings.output !== 'table') throw wrongUse('Code is neither JSON nor YAML.');
  if (check && out === undefined) throw wrongUse('Which file? Name the one to check with --out.');
  const code = await codeOf(session, language);
  if (out === undefined) {
    session.io.out(code);
    return;
  }
  const there = await read(resolve(session.io.cwd, out), out);
  if (there === code) session.io.out(`${out} is up to date.\n`);
  else if (check)
    throw outdated(session, `codegen ${language} --out ${quoted(out)}`, { out, there, code });
  else {
    await write(resolve(session.io.cwd, out), code, out);
    session.io.err(`Wrote ${out}.\n`);
  }
}

async function codeOf(session: Session, language: Language): Promise<string> {
  const client = await session.client();
  const { environment } = session.settings;
  const { flags } = await client.send<{ flags: readonly FlagView[] }>({
    path: ['flags'],
    query: { environment },
  });
  const header = `Made by \`ffctl codegen ${language}\` from the flags of ${environment}. Do not edit: run it again.`;
  return CODE[language](header, typedFlags(flags));
}

interface Outdated {
  readonly out: string;
  readonly there: string | undefined;
  readonly code: string;
}

function outdated(session: Session, command: string, { out, there, code }: Outdated): Failure {
  const what =
    there === undefined
      ? `${out} is not there.`
      : `${out} is not what the flags are now:\n${differenceText(there, code)}`;
  return new Failure(EXIT.failed, `${what}\nMake it anew: ${hint(session, command)}`);
}

/** The file with the line ends of this program; undefined if nothing is kept there. */
async function read(path: string, name: string): Promise<string | undefined> {
  try {
    // Whoever reads from a pipe, such as /dev/stdout, waits for somebody to write.
    const there = await stat(path);
    if (there.isFIFO() || there.isCharacterDevice()) return undefined;
    return (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Failure(EXIT.failed, `${name} cannot be read: ${message}`);
  }
}

async function write(path: string, text: string, name: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Failure(EXIT.failed, `${name} cannot be written: ${(error as Error).message}`);
  }
}
