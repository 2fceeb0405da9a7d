import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';

import { ask } from './engine.ts';

/** A container that answers. */
export interface Container {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  /** Its program's process, as this machine counts it. */
  readonly pid: () => number;
  /** Asks with the token, or posts the body; the answer must be a good one. */
  readonly ask: (path: string, body?: unknown) => Promise<string>;
  /** Sends SIGTERM and waits for the end. @returns the exit code */
  readonly stop: () => number;
  readonly remove: () => void;
}

/** The strictest that an engine offers, which the image must do with. */
const STRICT = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

const PATIENCE = 15_000;

/** Starts a container of an image and waits for its first answer. @param words more for podman */
export async function startContainer(
  image: string,
  words: readonly string[] = [],
): Promise<Container> {
  const port = await freePort();
  const token = `ff_admin_${randomBytes(24).toString('hex')}`;
  const place = ['--network', 'host', '--env', 'FF_HOST=127.0.0.1', '--env', `FF_PORT=${port}`];
  const run = ['run', '--detach', ...STRICT, ...place, '--env', `FF_ADMIN_TOKEN=${token}`];
  const id = ask('podman', ...run, ...words, image);
  const url = `http://127.0.0.1:${port}`;
  const state = (field: string): number =>
    Number(ask('podman', 'inspect', '--format', `{{.State.${field}}}`, id));
  const container: Container = {
    id,
    url,
    token,
    pid: () => state('Pid'),
    ask: async (path, body) => request(url + path, token, body),
    stop: () => {
      ask('podman', 'stop', '--time', '10', id);
      return state('ExitCode');
    },
    remove: () => void ask('podman', 'rm', '--force', '--volumes', '--time', '0', id),
  };
  await answering(container);
  return container;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((tell) => void server.listen(0, '127.0.0.1', tell));
  const { port } = server.address() as AddressInfo;
  await new Promise((tell) => server.close(tell));
  return String(port);
}

async function request(url: string, token: string, body: unknown): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, { headers, ...post });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${url}: ${String(response.status)} ${text}`);
}

async function answering({ id, url, remove }: Container): Promise<void> {
  for (const end = performance.now() + PATIENCE; performance.now() < end;) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((tell) => {
      setTimeout(tell, 20);
    });
  }
  const logs = ask('podman', 'logs', id);
  remove();
  throw new Error(`the container did not answer within ${String(PATIENCE / 1000)} s: ${logs}`);
}
