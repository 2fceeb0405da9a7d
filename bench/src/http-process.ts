import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Load, Measured } from './http-load.ts';

/** A server in a process of its own. */
export interface Answering {
  readonly url: string;
  readonly pid: number;
  readonly begun: number;
  readonly stop: () => void;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a program on this runtime; its first line is JSON with its `url`. */
export async function startProgram(
  program: URL,
  words: readonly string[],
  cwd?: string,
): Promise<Answering> {
  const begun = performance.now();
  const path = fileURLToPath(program);
  const child = spawn(process.execPath, [path, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  children.add(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${path} ended with ${String(code)}`));
    });
    child.stdout.setEncoding('utf8').once('data', resolve);
  });
  const { url } = JSON.parse(line.split('\n')[0] ?? '') as { url: string };
  return {
    url,
    pid: child.pid ?? 0,
    begun,
    stop: () => void child.removeAllListeners('exit').kill('SIGTERM'),
  };
}

/** Runs one load in a process of its own. */
export async function measure(load: Load): Promise<Measured> {
  const path = fileURLToPath(new URL('http-load.ts', import.meta.url));
  const words = [path, JSON.stringify(load)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 120_000 });
  return JSON.parse(stdout) as Measured;
}

/** Resident memory in megabytes. */
export function resident(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
