import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Json, JsonObject } from '@featureflags/core';

import { call, type Answer } from './api.ts';
import { cleanEnvironment, ROOT } from './programs.ts';
import type { Case, Expected } from './vectors.ts';

/** What a door answered, in the contract's words; what the door does not tell is left out. */
interface Told {
  readonly result: Partial<Expected>;
  readonly trace?: Json;
}

/** A way in: how a case is asked there, and what of the expected result the door tells. */
export interface Door {
  readonly name: string;
  /** Why the case cannot be asked here; undefined if it can. */
  readonly inexpressible: (vector: Case) => string | undefined;
  readonly ask: (url: string, vector: Case) => Promise<Told>;
  /** The expected result without what the door does not tell. */
  readonly expected: (vector: Case) => Told;
  /** How it tells that the context cannot be used. */
  readonly refusal: (vector: Case) => Told;
}

const LONE = 'a lone surrogate cannot stand in an address';

/** Every door to an evaluation. */
export const DOORS: readonly Door[] = [
  {
    name: 'POST',
    inexpressible: () => undefined,
    ask: async (url, { flag, context, trace }) => {
      const body = jsonText({ flag, context, ...(trace === undefined ? {} : { explain: true }) });
      return toldByEvaluate(await call(`${url}/evaluate`, 'POST', body), flag);
    },
    expected: ({ result, trace }) => ({
      result: without(result, 'metadata'),
      // An error is answered by a problem document, which has no trace.
      ...(trace === undefined || result.reason === 'ERROR' ? {} : { trace }),
    }),
    refusal: ({ flag: key }) => ({
      result: { key, reason: 'ERROR', errorCode: 'INVALID_CONTEXT' },
    }),
  },
  {
    name: 'GET',
    inexpressible: notInQuery,
    ask: async (url, { flag, context, trace }) => {
      const query = new URLSearchParams({ flag });
      for (const [name, value] of Object.entries(context)) {
        for (const each of [value].flat() as string[]) query.append(name, each);
      }
      if (trace !== undefined) query.append('explain', 'true');
      return toldByEvaluate(await call(`${url}/evaluate?${query.toString()}`), flag);
    },
    expected: (vector) => (DOORS[0] as Door).expected(vector),
    refusal: (vector) => (DOORS[0] as Door).refusal(vector),
  },
  {
    name: 'OFREP',
    inexpressible: notInPath,
    ask: async (url, { flag, context }) => {
      const address = `${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag)}`;
      return toldByOfrep(await call(address, 'POST', jsonText({ context })));
    },
    expected: ({ result }) => ({
      result: without(result, 'ruleId', ...(result.errorCode === undefined ? [] : ['reason'])),
    }),
    refusal: ({ flag: key }) => ({ result: { key, errorCode: 'INVALID_CONTEXT' } }),
  },
  {
    name: 'ffctl',
    inexpressible: () => undefined,
    ask: askFfctl,
    expected: (vector) => (DOORS[0] as Door).expected(vector),
    refusal: (vector) => (DOORS[0] as Door).refusal(vector),
  },
];

/** JSON as a client may write it: with the numbers that JSON.stringify would not write. */
function jsonText(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
  return JSON.stringify(value, (_, each: unknown) => {
    if (each === Infinity) return rawJSON('1e400');
    if (each === -Infinity) return rawJSON('-1e400');
    return Object.is(each, -0) ? rawJSON('-0') : each;
  });
}

/** True if core's evaluator takes the context, but no door lets it in: the key is none. */
export function isRefused({ context }: Case): boolean {
  const key = [context['targetingKey'], context['user_id']].find((each) => isThere(each));
  return key !== undefined && typeof key !== 'string' && !Number.isSafeInteger(key);
}

function isThere(value: Json | undefined): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value !== undefined && value !== null;
}

function notInQuery({ context }: Case): string | undefined {
  for (const [name, value] of Object.entries(context)) {
    if (['flag', 'environment', 'explain'].includes(name)) return `${name} is the query's own`;
    const list = Array.isArray(value) ? value : [value, ''];
    if (list.length < 2) return 'a list of fewer than two';
    if (list.some((each: Json) => typeof each !== 'string')) return 'a value that is no string';
    if ([name, ...(list as string[])].some((each) => !each.isWellFormed())) return LONE;
  }
  return undefined;
}

function notInPath({ flag }: Case): string | undefined {
  return ['', '.', '..'].includes(flag) ? 'a key that cannot stand in a path' : undefined;
}

function without(result: Expected, ...names: readonly string[]): Partial<Expected> {
  return Object.fromEntries(Object.entries(result).filter(([name]) => !names.includes(name)));
}

/** An answer of /evaluate; one that is an error must say what is wrong. */
function toldByEvaluate({ status, body }: Answer, flag: string): Told {
  if (status === 200) return toldByView(body as unknown as View);
  if (typeof body['detail'] !== 'string' || body['detail'] === '') throw new Error('no detail');
  return { result: { key: flag, reason: 'ERROR', errorCode: String(body['code']) } };
}

interface View extends JsonObject {
  readonly flag: string;
  readonly enabled: boolean;
  readonly version: number;
}

function toldByView({ flag, enabled, version, trace, ...result }: View): Told {
  const value = result['value'];
  const isEnabled = typeof value === 'boolean' ? enabled === value : typeof enabled === 'boolean';
  if (!isEnabled || !Number.isInteger(version)) throw new Error('enabled or version is wrong');
  return { result: { key: flag, ...result }, ...(trace === undefined ? {} : { trace }) };
}

function toldByOfrep({ status, body }: Answer): Told {
  const { errorDetails, ...result } = body;
  const isError = 'errorCode' in result;
  const expected = isError ? (result['errorCode'] === 'FLAG_NOT_FOUND' ? 404 : 400) : 200;
  if (status !== expected) throw new Error(`status ${String(status)}`);
  if (isError && (typeof errorDetails !== 'string' || errorDetails === '')) {
    throw new Error('no errorDetails');
  }
  return { result };
}

interface Io {
  out: (text: string) => void;
  err: (text: string) => void;
  [name: string]: unknown;
}
type RunFfctl = (argv: readonly string[], io: Io) => Promise<number>;

/** The whole program but for its process: one for each case would take minutes. */
async function askFfctl(url: string, { flag, context, trace }: Case): Promise<Told> {
  const { run } = (await import(pathToFileURL(join(ROOT, 'cli/src/run.ts')).href)) as {
    run: RunFfctl;
  };
  const written = { out: '', err: '' };
  const command = trace === undefined ? 'evaluate' : 'explain';
  const argv = [command, '--json', '--server', url, '--context', jsonText(context), '--', flag];
  const code = await run(argv, ioOf(written));
  if (code === 0) return toldByView(JSON.parse(written.out) as View);
  const errorCode = /\(([A-Z_]+)(?:, request [\w-]+)?\)\n?$/.exec(written.err)?.[1] ?? written.err;
  return { result: { key: flag, reason: 'ERROR', errorCode } };
}

function ioOf(written: { out: string; err: string }): Io {
  return {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    isTerminal: false,
    isInteractive: false,
    columns: undefined,
    env: cleanEnvironment(),
    cwd: ROOT,
    userName: 'e2e',
    fetch: async (request: Request) => fetch(request),
    readInput: async () => Promise.resolve(''),
    ask: async () => Promise.reject(new Error('nobody is there to be asked')),
  };
}
