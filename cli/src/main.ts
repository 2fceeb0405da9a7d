import { userInfo } from 'node:os';
import { environmentVariables } from './config.ts';
import type { Io } from './io.ts';
import { run } from './run.ts';

const output = { isLost: false };
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads only the beginning (`ffctl list | head`) closes the pipe: that is no error.
  if (error.code === 'EPIPE' || output.isLost) return;
  output.isLost = true;
  process.stderr.write(`ffctl: the output is not complete: ${error.message}\n`);
  process.exitCode = 1;
});

/** Runs as a program. */
export async function main(): Promise<void> {
  const code = await run(process.argv.slice(2), processIo());
  process.exitCode = output.isLost && code === 0 ? 1 : code;
}

function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  return {
    out: (chunk) => void stdout.write(chunk),
    err: (chunk) => void stderr.write(chunk),
    isTerminal: stdout.isTTY,
    isInteractive: stdin.isTTY && stderr.isTTY,
    columns: stdout.columns,
    env: environmentVariables(),
    cwd: process.cwd(),
    userName: userName(),
    fetch: async (request) => fetch(request),
    readInput,
    ask,
  };
}

async function readInput(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a container's user id need not have a name
  }
}

if (import.meta.main) await main();
