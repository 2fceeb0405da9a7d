import type { FeatureClient } from './client.ts';
import type { Options } from './options.ts';
import { PLATFORM, realPlatform, type Platform } from './platform.ts';
import type { Logger } from './reports.ts';

/** What a fake server does with a request. */
export type Handler = (url: URL, init: RequestInit) => Response | Promise<Response>;

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A platform whose clock, chance and network a test has in its hand. */
export interface FakePlatform extends Platform {
  /** Moves the clock on, timer by timer, and lets what that began come to its end. */
  readonly pass: (time: number) => Promise<void>;
  /** Sets the clock without running anything: somebody changed it. */
  readonly setClock: (time: number) => void;
  /** The requests so far: method, path and query. */
  readonly requests: readonly Request[];
  /** How long the timers wait that are set now, sorted. */
  readonly waits: () => number[];
}

interface Request {
  readonly url: URL;
  readonly headers: Headers;
  readonly at: number;
  readonly body: string;
}

/** 10 o'clock. */
export const START: number = Date.parse('2026-11-22T10:00:00.000Z');

/** @param handler what the network does; it may be changed through the object */
export function fakePlatform(
  network: { handler: Handler },
  more: Partial<Platform> = {},
): FakePlatform {
  let now = START;
  let ids = 0;
  const timers = new Set<Timer>();
  const requests: Request[] = [];
  const settle = async (): Promise<void> => {
    // Streams and promises of fakes need turns of the loop, not time.
    for (let turn = 0; turn < 12; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  return {
    ...realPlatform(),
    files: undefined,
    now: () => now,
    random: () => 0.5,
    uuid: () => `id-${String((ids += 1))}`,
    after: (time, run) => {
      const timer = { at: now + time, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    fetch: async (address, init) => {
      const url = new URL(address);
      const body = typeof init.body === 'string' ? init.body : '';
      requests.push({ url, headers: new Headers(init.headers), at: now, body });
      return abortable(network.handler(url, init), init.signal);
    },
    requests,
    waits: () => [...timers].map(({ at }) => at - now).toSorted((a, b) => a - b),
    setClock: (time) => {
      now = time;
    },
    pass: async (time) => {
      const end = now + time;
      await settle();
      for (;;) {
        const [next] = [...timers].toSorted((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = end;
    },
    ...more,
  };
}

/** A fetch that ends when its signal says so, as the real one does. */
async function abortable(
  answer: Response | Promise<Response>,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(new DOMException('This operation was aborted', 'AbortError'));
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
  });
  aborted.catch(() => undefined);
  const response = await Promise.race([answer, aborted]);
  const { body } = response;
  if (body === null) return response;
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = (await Promise.race([reader.read(), aborted])) as {
          done: boolean;
          value: Uint8Array;
        };
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
  });
  const { status, headers } = response;
  return new Response(stream, { status, headers });
}

/** Options with a platform of the tests in them. */
export function using(platform: Platform, options: Options = {}): Options {
  return Object.assign({ cache: false as const, ...options }, { [PLATFORM]: platform });
}

/** A logger that keeps what it is told. */
export function keeping(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (message: string): void => void lines.push(message);
  return { lines, warn: keep, error: keep };
}

/** A stream of server-sent events that a test writes to. */
export interface Writer {
  readonly response: Response;
  readonly write: (text: string) => void;
  readonly end: () => void;
  readonly cut: () => void;
}

export function eventStream(...texts: readonly string[]): Writer {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
      for (const text of texts) given.enqueue(encoder.encode(text));
    },
  });
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    write: (text) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
    cut: () => controller?.error(new TypeError('terminated')),
  };
}

/** A snapshot with flags that are on or off. */
export function snapshotOf(
  version: number,
  flags: Readonly<Record<string, boolean>>,
  environment = 'staging',
): { schema: 1; environment: string; version: number; flags: Record<string, object> } {
  const entries = Object.entries(flags).map(([key, isOn]) => [key, flagOf(isOn)] as const);
  return { schema: 1, environment, version, flags: Object.fromEntries(entries) };
}

export function flagOf(isOn: boolean, more: object = {}): object {
  const variants = [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ];
  const common = { type: 'boolean', enabled: true, hash: 'ff1', salt: 's', variants, off: 'off' };
  return { ...common, default: { variant: isOn ? 'on' : 'off' }, ...more };
}

export function snapshotEvent(document: { version: number }): string {
  return `event: snapshot\nid: run.${String(document.version)}\ndata: ${JSON.stringify(document)}\n\n`;
}

export function changeEvent(change: { version: number | null }): string {
  return `event: change\nid: run.${String(change.version)}\ndata: ${JSON.stringify(change)}\n\n`;
}

export function json(document: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(document), {
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** The state without what changes with every reading. */
export function stateOf(client: FeatureClient): string {
  const { state, version, source } = client.status();
  return `${state} ${String(version)} ${source}`;
}
