import type { Command, Place } from './command.ts';
import { start, type Running } from './running.ts';

/** A server from a package, which listens. */
export interface Served extends Running {
  readonly url: string;
  /** Milliseconds from the command to its first answer. */
  readonly answeredIn: number;
}

/** Starts a server on a free port and waits for its first answer. */
export async function serve(command: Command, place: Place): Promise<Served> {
  const begun = performance.now();
  const running = start([...command, '--port', '0', '--log', 'json'], place);
  const { url } = await running.says(({ event }) => event === 'listening', 'that it listens');
  await answerOf(`${String(url)}/health`);
  return { ...running, url: String(url), answeredIn: performance.now() - begun };
}

/** Sends SIGTERM, as a stopping machine does. @throws Error if that is no clean end */
export async function stop(server: Running): Promise<void> {
  const { code, err } = await server.end('SIGTERM');
  if (code !== 0 || err !== '') throw new Error(`stopped with ${String(code)}: ${err}`);
}

/** What a server answers, as JSON. @throws Error if it refuses */
export async function answerOf(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (response.ok) return response.json();
  throw new Error(`${url}: ${String(response.status)} ${await response.text()}`);
}

/** Makes a flag that serves this text to everybody, or changes it to that. */
export async function setText(url: string, flag: string, text: string): Promise<void> {
  const body = JSON.stringify({ enabled: true, variants: { v: text }, off: 'v', default: 'v' });
  const headers = { 'content-type': 'application/json' };
  await answerOf(`${url}/flags/${flag}`, { method: 'POST', headers, body });
}

/** What a flag serves. */
export async function valueOf(url: string, question: string): Promise<unknown> {
  const { value } = (await answerOf(`${url}/evaluate?${question}`)) as { value: unknown };
  return value;
}
