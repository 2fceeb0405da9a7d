import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import process from 'node:process';

import { cleanEnvironment, type Command } from '../programs.ts';
import { until } from '../server.ts';

/** What an application said of its flag. */
export interface Said {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly why: string;
  readonly value: unknown;
  readonly reason: string;
  readonly version?: number | null;
}

/** An application that follows a flag, in a process of its own. */
export interface Follower {
  /** All that it said so far. */
  readonly said: readonly Said[];
  /** What it serves now. */
  readonly ask: () => Promise<Said>;
  /** Waits until it says something of this kind. */
  readonly says: (is: (said: Said) => boolean, what: string) => Promise<Said>;
  readonly stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts an application and waits until it has a snapshot. */
export async function startFollower(
  command: Command,
  { url, flag, cache }: Readonly<Record<'url' | 'flag' | 'cache', string>>,
): Promise<Follower> {
  const [program, ...rest] = command;
  const child = spawn(program, [...rest, url, flag, cache], {
    env: { ...cleanEnvironment(), HOME: cache },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const follower = followerOf(child);
  await follower.says(({ why }) => why === 'ready', 'that it is ready');
  return follower;
}

function followerOf(child: ChildProcessWithoutNullStreams): Follower {
  const said: Said[] = [];
  let complaints = '';
  let questions = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  createInterface({ input: child.stdout }).on('line', (line) =>
    said.push(JSON.parse(line) as Said),
  );
  const says: Follower['says'] = async (is, what) =>
    until(
      () => said.find(is),
      `the application said ${what}; it complained: ${complaints}`,
      30_000,
    );
  const ask = async (): Promise<Said> => {
    questions += 1;
    const question = `question ${String(questions)}`;
    child.stdin.write(`${question}\n`);
    return says(({ why }) => why === question, question);
  };
  return { said, ask, says, stop: async () => stopped(child) };
}

/** An application ends when nobody asks any more. */
async function stopped(child: ChildProcessWithoutNullStreams): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  child.stdin.end();
  await ended;
  running.delete(child);
}
