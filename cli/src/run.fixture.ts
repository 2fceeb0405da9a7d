import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';
import { run } from './run.ts';

/** What a command line left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where nobody answers. */
async function refused(): Promise<Response> {
  return Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
}

/** An {@link Io} that keeps what is written; no terminal, UTF-8, nobody to ask. */
export function fakeIo(over: Partial<Io> = {}): Io & { written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    isTerminal: false,
    isInteractive: false,
    columns: undefined,
    env: { LANG: 'C.UTF-8' },
    cwd: import.meta.dirname,
    userName: 'ada',
    fetch: refused,
    readInput: () => Promise.resolve(''),
    ask: () => Promise.reject(new Error('nobody is there to be asked')),
    ...over,
  };
}

/** Runs one command line. */
export async function ran(argv: readonly string[], over: Partial<Io> = {}): Promise<Ran> {
  const io = fakeIo(over);
  const code = await run(argv, io);
  return { code, ...io.written };
}

/** A folder with a flags file, and ffctl on it. */
export interface Workspace {
  readonly folder: string;
  readonly file: string;
  /** Runs a command line on the file; words are separated by spaces, unless they come as a list. */
  readonly ff: (argv: string | readonly string[], over?: Partial<Io>) => Promise<Ran>;
  /** The same; it must succeed. Returns what it printed. */
  readonly ok: (argv: string | readonly string[], over?: Partial<Io>) => Promise<string>;
  /** The same with --json; returns the document. */
  readonly json: <T = Record<string, unknown>>(argv: string | readonly string[]) => Promise<T>;
  readonly remove: () => void;
}

/** Makes a workspace in a new folder; the file is made by the first flag. */
export function workspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'ffctl-'));
  const file = join(folder, 'flags.yml');
  const ff: Workspace['ff'] = (argv, over = {}) => {
    const words = typeof argv === 'string' ? argv.split(' ') : argv;
    return ran(words, {
      cwd: folder,
      ...over,
      env: { LANG: 'C.UTF-8', FF_FILE: file, ...over.env },
    });
  };
  const ok: Workspace['ok'] = async (argv, over) => {
    const { code, out, err } = await ff(argv, over);
    if (code !== 0) throw new Error(`${String(argv)} ended with ${String(code)}: ${err}`);
    return out;
  };
  return {
    folder,
    file,
    ff,
    ok,
    json: async <T>(argv: string | readonly string[]) => {
      const words = typeof argv === 'string' ? argv.split(' ') : argv;
      return JSON.parse(await ok([...words, '--json'])) as T;
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
