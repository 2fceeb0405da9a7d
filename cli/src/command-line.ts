import { CommanderError, type Command } from 'commander';
import { EXIT, Failure } from './failure.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command line through commander and returns its exit code. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const color = !argv.includes('--no-color') && (io.env['NO_COLOR'] ?? '') === '';
  const program = createProgram(io, color);
  try {
    await parse(program, argv, io);
    return EXIT.done;
  } catch (error) {
    return failed(error, io);
  }
}

async function parse(program: Command, argv: readonly string[], io: Io): Promise<void> {
  // Not a command of its own: only shells ask it, and the words after it are not for commander.
  if (argv[0] === 'complete' && argv[1] === '--') {
    const { complete } = await import('./commands/complete.ts');
    await complete(program, argv.slice(2), io);
    return;
  }
  if (argv.length === 0) program.help();
  await program.parseAsync(argv, { from: 'user' });
}

function failed(error: unknown, io: Io): number {
  // Commander has said it already, and counts every misuse as 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (error instanceof Failure) {
    if (error.message !== '') io.err(`ffctl: ${error.message}\n`);
    return error.exitCode;
  }
  const { message } = error as Error;
  io.err(`ffctl: ${message}\n`);
  return EXIT.failed;
}
