import type { Command } from 'commander';
import { EXIT, Failure, wrongUse } from '../failure.ts';
import { openFlagsFile } from '../local.ts';
import { printable } from '../look.ts';
import { counted } from '../output.ts';
import type { Act, Session } from '../session.ts';

interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
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
  const mistakes = await findMistakes(file, session);
  await session.show({ file, valid: mistakes.length === 0, mistakes }, () => words(file, mistakes));
  if (mistakes.length > 0) throw new Failure(EXIT.failed, '');
}

/** Opens the file as all commands do: what is wrong with it is told there. */
async function findMistakes(file: string, { io }: Session): Promise<readonly Mistake[]> {
  try {
    const opened = await openFlagsFile(file, io.cwd, 'refuse');
    await opened.close();
    return [];
  } catch (error) {
    const { message } = error as Error;
    const lines = [...message.matchAll(/^.*?:(\d+):(\d+): (.*)$/gm)];
    if (lines.length === 0) throw error;
    return lines.map(([, line, column, text]) => ({
      line: Number(line),
      column: Number(column),
      message: text ?? '',
    }));
  }
}

function words(file: string, mistakes: readonly Mistake[]): string {
  if (mistakes.length === 0) return `${file} is valid.\n`;
  const lines = mistakes.map(
    ({ line, column, message }) =>
      `${file}:${String(line)}:${String(column)}: ${printable(message)}`,
  );
  return [...lines, `${file} has ${counted(mistakes.length, 'mistake')}.`, ''].join('\n');
}
