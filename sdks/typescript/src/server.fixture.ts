import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

/** A real server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// Whatever a test did or failed to do: nothing is left behind.
function removeAll(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
afterAll(removeAll);
process.once('exit', removeAll);

const PROGRAM = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

/** Starts a server and waits until it listens. @param words of its command line */
export async function startServer(
  words: readonly string[] = ['--storage', 'memory'],
): Promise<Server> {
  const all = [PROGRAM, '--port', '0', '--log', 'json', ...words];
  const child = spawn(process.execPath, all, {
    cwd: newFolder(),
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      children.delete(child);
      resolve();
    });
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${String(code)}`));
    });
  });
  const { url } = JSON.parse(line.split('\n')[0] ?? '') as { url: string };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url, stop };
}

/** A folder that is removed when the file's tests are over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-client-'));
  folders.add(folder);
  return folder;
}

/** Calls the server's API; the call must succeed. */
export async function change(url: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
}

/** Asks every few milliseconds until something holds; for what tells nobody by itself. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  throw new Error(`${what}: not within 20 s`);
}
