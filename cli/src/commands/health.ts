import type { Command } from 'commander';
import { EXIT, Failure, wrongUse } from '../failure.ts';
import { serverSettings } from '../local.ts';
import { printable } from '../look.ts';
import { connect, type Act, type Session } from '../session.ts';

/** What a server says of itself at `/ready`. */
interface Readiness {
  readonly status: 'ready' | 'degraded';
  readonly store: string;
  readonly version: number;
  readonly broken?: string;
  readonly unwritable?: string;
}

interface Options {
  readonly timeout: string;
}

/** `ffctl health`: is the server ready? What asks has no curl: a container of this program alone. */
export function addHealth(program: Command, act: Act): void {
  program
    .command('health')
    .description(
      'Ask whether the server is ready: for scripts, and for the health check of a container',
    )
    .option('--timeout <seconds>', 'how long to wait for the answer', '5')
    .action(act(health));
}

async function health({ settings, io, show }: Session, { timeout }: Options): Promise<void> {
  if (settings.file !== undefined) {
    throw wrongUse('A file is no server that could be ready; name one with --server.');
  }
  const patience = { absent: 'refuse', timeout: millisecondsOf(timeout) } as const;
  const server = settings.isServerNamed ? settings.server : await serverHere();
  // Nobody is asked for a token there: what is not needed is not sent.
  const client = await connect({ ...settings, server, token: undefined }, io, patience);
  const answer = await client.send<Partial<Readiness>>({ path: ['ready'] });
  if (!isReadiness(answer)) {
    throw new Failure(EXIT.failed, `${server} answers, but not as FeatureFlags does at /ready.`);
  }
  await show(answer, () => words(server, answer));
}

const LONGEST = 3600;

function millisecondsOf(timeout: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(timeout) ? Number(timeout) : 0;
  if (seconds > 0 && seconds <= LONGEST) return Math.ceil(seconds * 1000);
  const expected = `seconds: more than 0, at most ${String(LONGEST)}`;
  throw wrongUse(`--timeout is ${JSON.stringify(timeout)}; expected ${expected}.`);
}

/** The server that `ffctl serve` would be here. */
async function serverHere(): Promise<string> {
  const settings = new Map((await serverSettings([])).map(({ name, value }) => [name, value]));
  const [host, port] = [String(settings.get('host')), Number(settings.get('port'))];
  if (port === 0) {
    throw wrongUse('The port is 0, any that is free: say which with --server.');
  }
  return `http://${reachable(host)}:${String(port)}`;
}

/** Who listens on all addresses is asked at its own. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function isReadiness(answer: Partial<Readiness>): answer is Readiness {
  return answer.status === 'ready' || answer.status === 'degraded';
}

function words(server: string, readiness: Readiness): string {
  const { status, store, version, broken, unwritable } = readiness;
  const isUntold = status === 'degraded' && broken === undefined && unwritable === undefined;
  return [
    `${status}: ${server}, storage ${printable(store)}, version ${String(version)}`,
    ...(broken === undefined ? [] : [`  the last good flags are served: ${printable(broken)}`]),
    ...(unwritable === undefined ? [] : [`  changes cannot be stored: ${printable(unwritable)}`]),
    ...(isUntold ? ['  its log says why'] : []),
    '',
  ].join('\n');
}
