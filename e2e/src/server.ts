import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll } from 'vitest';

import { cleanEnvironment, LAUNCHES, type Command, type Launch } from './programs.ts';

const START_MS = 15_000;
const STOP_MS = 20_000;

export interface ServerOptions {
  /** How it is started, by name or by a command line; on Bun if nothing is said. */
  readonly launch?: Launch | Command;
  /** Words of the command line, after `--port 0 --log json`. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it keeps its data; a new folder if left out. */
  readonly folder?: string;
  /** Whom it runs as, if not as who runs the tests. */
  readonly uid?: number;
  readonly gid?: number;
}

/** A process that was started as a server, whether it came to listen or not. */
export interface Started {
  readonly folder: string;
  readonly pid: number;
  /** All that it wrote so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its exit code; if a signal ended it, the signal's name. */
  readonly exit: Promise<number | string>;
}

/** A server that listens. */
export interface Server extends Started {
  readonly url: string;
  /** Milliseconds from its start to the line that says where it listens. */
  readonly startedIn: number;
  /** Sends SIGTERM and waits for the end. */
  readonly stop: () => Promise<number | string>;
  /** Stops it and starts another on the same data. */
  readonly restart: () => Promise<Server>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// Whatever a test did or failed to do: nothing is left behind.
afterAll(removeAll);
process.once('exit', removeAll);

/** Starts a real server process and waits until it listens. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const begun = performance.now();
  const started = launchServer(options);
  const url = await listeningUrl(started);
  const stop = async (): Promise<number | string> => {
    started.kill('SIGTERM');
    return within(started.exit, STOP_MS, 'the server did not stop');
  };
  const restart = async (): Promise<Server> => {
    await stop();
    return startServer({ ...options, folder: started.folder });
  };
  return { ...started, url, startedIn: performance.now() - begun, stop, restart };
}

/** Starts the program without waiting for anything. */
export function launchServer(options: ServerOptions = {}): Started {
  const { launch = 'bun', options: words = [], env, folder = newFolder(), uid, gid } = options;
  const [file, ...rest] = typeof launch === 'string' ? LAUNCHES[launch] : launch;
  const child = spawn(file, [...rest, '--port', '0', '--log', 'json', ...words], {
    cwd: folder,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: gid ?? uid }),
  });
  children.add(child);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  return {
    folder,
    pid: child.pid ?? 0,
    out: () => texts.out,
    err: () => texts.err,
    kill: (signal) => void child.kill(signal),
    exit: exitOf(child),
  };
}

/** A folder that is removed when the file's tests are over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-e2e-'));
  folders.add(folder);
  return folder;
}

/** What the promise comes to; it must within the time, in milliseconds. */
export async function within<T>(work: Promise<T>, time: number, otherwise: string): Promise<T> {
  const giveUp = new AbortController();
  const late = sleep(time, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`${otherwise} within ${String(time)} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    giveUp.abort();
    late.catch(() => undefined);
  }
}

/** Asks every few milliseconds until the answer is one that counts; for what tells nobody by itself. */
export async function until<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  what: string,
  time = 10_000,
): Promise<T> {
  for (const end = performance.now() + time; performance.now() < end; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not within ${String(time)} ms`);
}

async function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve(code ?? signal ?? 'unknown');
    });
  });
}

/** The address in the log's first line. */
async function listeningUrl(started: Started): Promise<string> {
  const over: { code?: number | string } = {};
  void started.exit.then((code) => (over.code = code));
  const line = await until(
    () => {
      const [first, ...more] = started.out().split('\n');
      if (more.length > 0) return first;
      if (over.code === undefined) return undefined;
      throw new Error(`the server ended (${over.code}): ${started.err()}${started.out()}`);
    },
    'a first line of the log',
    START_MS,
  );
  const { event, url } = JSON.parse(line) as { event: string; url?: string };
  if (event === 'listening' && url !== undefined) return url;
  throw new Error(`expected the event "listening" first, got ${line}`);
}

function removeAll(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
