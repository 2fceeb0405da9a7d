import { EXIT, Failure } from './failure.ts';
import { problemFailure, type Problem } from './problem.ts';

/** One call of the API. */
export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** The parts of the path, not yet escaped. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Talks to one server, or to a flags file as if it were one. */
export interface Client {
  /** @throws Failure if the server refuses or does not answer */
  readonly send: <T>(call: Call) => Promise<T>;
  readonly close: () => Promise<void>;
}

export interface ClientOptions {
  readonly server: string;
  readonly token: string | undefined;
  readonly actor: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close?: () => Promise<void>;
  readonly timeout?: number;
}

const TIMEOUT = 30_000;

/**
 * What is waited for. On Node a request that nobody holds may be collected as garbage meanwhile, and
 * its timeout with it: ffctl would wait for ever.
 */
const pending = new Set<Request>();

/** Makes a client of one server. */
export function createClient(options: ClientOptions): Client {
  return {
    send: async <T>(call: Call) => {
      const request = requestOf(call, options);
      pending.add(request);
      try {
        return (await readAnswer(await ask(request, options), options)) as T;
      } finally {
        pending.delete(request);
      }
    },
    close: async () => {
      await options.close?.();
    },
  };
}

function requestOf(call: Call, options: ClientOptions): Request {
  return new Request(urlOf(call, options.server), {
    method: call.method ?? 'GET',
    headers: headersOf(call, options),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutOf(options)),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
}

function timeoutOf({ timeout = TIMEOUT }: ClientOptions): number {
  return timeout;
}

async function ask(request: Request, options: ClientOptions): Promise<Response> {
  try {
    return await options.fetch(request);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw noAnswer(options.server, whyNot(error, timeoutOf(options)));
  }
}

function urlOf(call: Call, server: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.append(name, value);
  }
  const path = call.path.map(encodeURIComponent).join('/');
  return `${server}/${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

function headersOf(call: Call, { actor, token }: ClientOptions): Record<string, string> {
  return {
    Accept: 'application/json',
    // A header holds no more than Latin letters.
    'FF-Actor': /^[\u0020-\u007e]+$/.test(actor) ? actor : encodeURIComponent(actor),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...call.headers,
  };
}

async function readAnswer(response: Response, options: ClientOptions): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text().catch((error: unknown) => {
    throw noAnswer(options.server, `the answer broke off: ${(error as Error).message}`);
  });
  const body = parseJson(text);
  if (response.ok && body !== undefined) return body;
  if (isProblem(body)) throw problemFailure(body);
  const type = response.headers.get('Content-Type') ?? 'no content type';
  throw new Failure(
    EXIT.failed,
    `${options.server} answered ${String(response.status)} with ${type}, not as FeatureFlags does. ` +
      'Check the address in --server, and what stands between here and the server.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ConnectionRefused: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
};

function whyNot(error: unknown, timeout: number): string {
  if ((error as Error).name === 'TimeoutError') {
    return `nothing within ${String(timeout / 1000)} seconds`;
  }
  for (const each of [error, (error as Error).cause]) {
    const { code, errors } = (each ?? {}) as { code?: string; errors?: { code?: string }[] };
    const reason = REASONS[code ?? errors?.[0]?.code ?? ''];
    if (reason !== undefined) return reason;
  }
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function noAnswer(server: string, reason: string): Failure {
  return new Failure(
    EXIT.unreachable,
    `No answer from ${server} (${reason}). Start one with \`ffctl serve\`, or name another with --server.`,
  );
}
