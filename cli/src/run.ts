import type { Io } from './io.ts';
import { runServer } from './local.ts';
import { serverWords } from './server-words.ts';

/** Runs one command line and returns its exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  // Whatever is loaded stays in memory as long as the server runs: it does without commander.
  if (startsServer(argv)) return runServer(serverWords(argv, 'serve'));
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(argv, io);
}

function startsServer(argv: readonly string[]): boolean {
  return argv[0] === 'serve' && !argv.includes('--help');
}
