import type { Command } from 'commander';
import { EXIT, Failure, wrongUse } from '../failure.ts';
import { InvalidFile, openFlagsFile } from '../local.ts';
import { printable } from '../look.ts';
import { counted } from '../output.ts';
import type { Act, Session } from '../session.ts';

interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Found {
  readonly mistakes: readonly Mistake[];
  readonly hidesMore: boolean;
}

/** `ffctl check`: is a flags file valid? For git hooks and CI. */
export function addCheck(program: Command, act: Act): void {
  program
    .command('check')
    .description('Check a flags file; exit with 1 and name each mistake with its line')
    .argument('[file]', 'the file; the one of --file if left out')
    .action(act(check));
}

async function check(session: Session, argument: string | undefined): Promise<void> {
  const file = argument ?? session.settings.file;
  if (file === undefined) throw wrongUse('Which file? Run: ffctl check flags.yml');
  const found = await findMistakes(file, session);
  const { mistakes } = found;
  await session.show({ file, valid: mistakes.length === 0, mistakes }, () => words(file, found));
  if (mistakes.length > 0) throw new Failure(EXIT.failed, '');
}

/** Opens the file as all commands do: what is wrong with it is told there. */
async function findMistakes(file: string, { io }: Session): Promise<Found> {
  try {
    const opened = await openFlagsFile(file, io.cwd, 'refuse');
    await opened.close();
    return { mistakes: [], hidesMore: false };
  } catch (error) {
    const { message } = error as Error;
    const lines = [...message.matchAll(/^.*?:(\d+):(\d+): (.*)$/gm)];
    if (lines.length === 0) throw error;
    const mistakes = lines.map(([, line, column, text]) => ({
      line: Number(line),
      column: Number(column),
      message: text ?? '',
    }));
    return { mistakes, hidesMore: error instanceof InvalidFile && error.hidesMore };
  }
}

function words(file: string, { mistakes, hidesMore }: Found): string {
  if (mistakes.length === 0) return `${file} is valid.\n`;
  const lines = mistakes.map(
    ({ line, column, message }) =>
      `${file}:${String(line)}:${String(column)}: ${printable(message)}`,
  );
  const more = hidesMore ? ' More may show once these are corrected.' : '';
  return [...lines, `${file} has ${counted(mistakes.length, 'mistake')}.${more}`, ''].join('\n');
}
