import type { Platform } from './platform.ts';
import { retryAfter } from './backoff.ts';
import { discard, MAX_LENGTH, readText, saidIn, TooLong, type SaidObject } from './body.ts';
import { reasonOf, type Kind } from './reports.ts';
import { agentHeaders } from './unref.ts';

/** Who is asked, and how. */
export interface Endpoint {
  readonly url: string;
  readonly token: string | undefined;
  readonly environment: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly platform: Platform;
}

/** A request that brought nothing that can be used. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: Kind;
  /** Milliseconds that the server wants to be left alone for. */
  readonly asked: number;
  /** The answer's status; undefined if there was none. */
  readonly status: number | undefined;
  /** What the answer says, if it is a JSON object: a problem document, or OFREP's own form. */
  readonly said: SaidObject;

  constructor(kind: Kind, message: string, answer?: Response, said: SaidObject = {}) {
    super(message);
    this.kind = kind;
    this.status = answer?.status;
    this.said = said;
    this.asked = answer === undefined ? 0 : retryAfter(answer.headers);
  }
}

/** No answer came in time. */
export class LateFailure extends Failure {
  constructor(message: string) {
    super('unreachable', message);
  }
}

const MAX_REDIRECTS = 5;
const MAX_DETAIL = 500;

/** One request, as {@link send} takes it. */
export interface Ask {
  readonly path: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. */
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** True if the process must stay for the answer. */
  readonly holds?: boolean;
}

/**
 * Asks and reads the whole answer, within the endpoint's timeout.
 * @returns status 2xx or 304
 * @throws Failure
 */
export async function send(
  endpoint: Endpoint,
  ask: Ask,
): Promise<{ readonly response: Response; readonly text: string }> {
  const leave = new AbortController();
  const giveUp = (): void => {
    leave.abort();
  };
  ask.signal?.addEventListener('abort', giveUp);
  try {
    return await timed(endpoint, ask, leave, async () => {
      const response = await open(endpoint, ask, leave.signal);
      const isEmpty = response.status === 304;
      return { response, text: isEmpty ? '' : await readText(response, MAX_LENGTH) };
    });
  } finally {
    ask.signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * Asks and returns as soon as the answer begins, which must be within the endpoint's timeout.
 * @param leave ends the answer too, for as long as it is read
 * @throws Failure
 */
export async function sendOpen(
  endpoint: Endpoint,
  ask: Ask,
  leave: AbortController,
): Promise<Response> {
  return timed(endpoint, ask, leave, async () => open(endpoint, ask, leave.signal));
}

async function timed<T>(
  { platform, timeout, url }: Endpoint,
  { path }: Ask,
  leave: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  let isLate = false;
  const cancel = platform.after(timeout, () => {
    isLate = true;
    leave.abort();
  });
  try {
    return await work();
  } catch (error) {
    if (isLate) throw new LateFailure(`${url}${path}: no answer within ${String(timeout)} ms`);
    throw failureOf(`${url}${path}`, error);
  } finally {
    cancel();
  }
}

function failureOf(address: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const kind = error instanceof TooLong ? 'snapshot' : 'unreachable';
  return new Failure(kind, `${address}: ${reasonOf(error)}`);
}

async function open(endpoint: Endpoint, ask: Ask, signal: AbortSignal): Promise<Response> {
  const { origin } = new URL(endpoint.url);
  let address = addressOf(endpoint, ask.path);
  const init = initOf(endpoint, ask, signal);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await endpoint.platform.fetch(address, init);
    const { status } = response;
    if ((status >= 200 && status < 300) || status === 304) return response;
    const target = redirectTarget(response, address);
    if (target === undefined) throw await refusal(response, address);
    discard(response);
    if (new URL(target).origin !== origin) throw elsewhere(response, address, target);
    address = target;
  }
  throw new Failure('status', `${address}: more than ${String(MAX_REDIRECTS)} redirects`);
}

/** The address of a call, with the environment that is asked for. */
function addressOf({ url, environment }: Endpoint, path: string): string {
  if (environment === undefined) return url + path;
  return `${url}${path}${path.includes('?') ? '&' : '?'}environment=${encodeURIComponent(environment)}`;
}

function initOf({ token }: Endpoint, ask: Ask, signal: AbortSignal): RequestInit {
  const { accept = 'application/json', headers, body, holds = false } = ask;
  return {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept,
      ...agentHeaders(holds),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    // Followed by hand: the token goes to no other origin.
    redirect: 'manual',
    signal,
  };
}

function redirectTarget({ status, headers }: Response, address: string): string | undefined {
  const location = headers.get('location');
  if (![301, 302, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, address) ? new URL(location, address).href : undefined;
}

function elsewhere(response: Response, address: string, target: string): Failure {
  const message = `${address} redirects to ${new URL(target).origin}, which is not followed: the token is for nobody else. Give that address as url if it is the right one`;
  return new Failure('status', message, response);
}

/** What an answer that is an error says. */
async function refusal(response: Response, address: string): Promise<Failure> {
  const { status, type } = response;
  if (type === 'opaqueredirect') {
    return new Failure('status', `${address} redirects, which is not followed here`, response);
  }
  const body = await saidIn(response);
  const { code, detail } = body;
  const told = typeof detail === 'string' ? `: ${detail.slice(0, MAX_DETAIL)}` : '';
  if (status === 401 || status === 403) {
    const message = `the token is not accepted: ${address} answers ${String(status)}${told}`;
    return new Failure('token', message, response, body);
  }
  if (status !== 404) {
    return new Failure('status', `${address} answers ${String(status)}${told}`, response, body);
  }
  const isOurs = code === 'ENVIRONMENT_NOT_FOUND' && typeof detail === 'string';
  const message = isOurs
    ? detail.slice(0, MAX_DETAIL)
    : `no FeatureFlags server at ${address}: it answers 404`;
  return new Failure('missing', message, response, body);
}
