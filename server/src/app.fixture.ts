import type { Json, JsonObject } from '@featureflags/core';
import { expect } from 'vitest';

import { openAccess, tokenAccess } from './access.ts';
import { configOf, readSettings, type Config } from './config.ts';
import type { Fields, Level, Log } from './log.ts';
import type { Services } from './services.ts';
import { sha256 } from './sha256.ts';
import { start } from './start.ts';
import { memoryStore } from './stores/memory.ts';
import type { Store } from './stores/store.ts';

/** When everything happens: the clock of tests stands still. */
export const NOW = '2026-03-01T12:00:00.000Z';

/** One event of the log. */
interface Logged {
  readonly level: Level;
  readonly event: string;
  readonly fields: Fields;
}

/** What a test may have otherwise. */
export interface Overrides {
  readonly config?: Partial<Config>;
  readonly store?: Store;
}

/** A request as tests write it: `body` is sent as JSON, `text` as it is. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** An answer, read. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the answer; undefined if it is none. */
  readonly body: unknown;
}

/** The whole server in memory, asked through its front door. */
export interface TestApp {
  readonly services: Services;
  readonly logged: Logged[];
  readonly close: () => Promise<void>;
  /** The answer as it is: for streams. */
  readonly request: (path: string, ask?: Ask) => Promise<Response>;
  readonly ask: (path: string, ask?: Ask) => Promise<Told>;
  readonly get: (path: string, headers?: Ask['headers']) => Promise<Told>;
  readonly post: (path: string, body?: unknown, headers?: Ask['headers']) => Promise<Told>;
  readonly remove: (path: string, headers?: Ask['headers']) => Promise<Told>;
  /** Takes over flags, segments and environments; it must succeed. */
  readonly seed: (project: JsonObject) => Promise<void>;
}

/** The configuration without anything that surrounds the test. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  const settings = readSettings({ args: [], env: {}, cwd: '/nowhere' });
  return { ...configOf(settings), ...overrides };
}

/** Starts a server on a store in memory. */
export async function testApp({ config, store }: Overrides = {}): Promise<TestApp> {
  const { log, logged } = listeningLog();
  const whole = testConfig(config);
  const running = await start({
    config: whole,
    access:
      whole.adminToken === ''
        ? openAccess(whole)
        : await tokenAccess(await sha256(whole.adminToken)),
    store: store ?? memoryStore(),
    log,
    now: () => new Date(NOW),
  });
  const request: TestApp['request'] = async (path, ask) =>
    running.fetch(new Request(`http://localhost${path}`, initOf(ask)));
  const ask: TestApp['ask'] = async (path, init) => told(await request(path, init));
  const post: TestApp['post'] = (path, body, headers = {}) =>
    ask(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  return {
    services: running.services,
    logged,
    close: () => running.close(),
    request,
    ask,
    get: (path, headers = {}) => ask(path, { headers }),
    post,
    remove: (path, headers = {}) => ask(path, { method: 'DELETE', headers }),
    seed: async (project) => {
      expect((await post('/import', project)).text).toMatch(/^\{"version":/);
    },
  };
}

/** A problem document, as far as it is the same each time. */
export function problem(code: string, status: number, rest: JsonObject = {}): unknown {
  return {
    type: `urn:featureflags:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code,
    requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-z]+$/),
    ...rest,
  };
}

/** All that a server keeps, to compare before with after. */
export async function keptBy(app: TestApp): Promise<Json> {
  const [exported, audit] = await Promise.all([app.get('/export'), app.get('/audit')]);
  const { state } = app.services.snapshots;
  return { version: state.version, exported: exported.text, audit: audit.text };
}

function listeningLog(): { log: Log; logged: Logged[] } {
  const logged: Logged[] = [];
  const writer =
    (level: Level): Log[Level] =>
    (event, fields = {}) => {
      logged.push({ level, event, fields });
    };
  const [debug, info, warn, error] = (['debug', 'info', 'warn', 'error'] as const).map(writer);
  return { log: { debug, info, warn, error } as Log, logged };
}

function initOf({ method = 'GET', headers = {}, body, text }: Ask = {}): RequestInit {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = body === undefined ? undefined : { 'content-type': 'application/json' };
  return {
    method,
    headers: { ...type, ...headers },
    ...(sent === undefined ? {} : { body: sent }),
    ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
  };
}

async function told(response: Response): Promise<Told> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}
