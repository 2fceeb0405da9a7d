import type * as Crypto from 'node:crypto';
import type * as FileSystem from 'node:fs';
import type * as Module from 'node:module';
import type * as Path from 'node:path';

/** What a client does with files. */
export interface Files {
  /**
   * Reads a whole file.
   * @throws if it cannot be read, is no plain file, or is larger than `limit` bytes
   */
  readonly read: (path: string, limit: number) => FileContent;
  /** Replaces a file in one step, synchronised, readable by its owner alone; makes the folder. */
  readonly replace: (path: string, content: Uint8Array, name: string) => Promise<void>;
  /** Sets the time of modification, in milliseconds since 1970. */
  readonly touch: (path: string, time: number) => Promise<void>;
  readonly sha256: (content: Uint8Array | string) => string;
  readonly join: (...parts: string[]) => string;
  /** A package of the application, such as `yaml`. @throws if it is not installed */
  readonly load: (name: string) => unknown;
}

interface FileContent {
  readonly content: Uint8Array;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * The file system of this runtime; undefined where there is none. The modules are asked for by
 * name at run time, so that a bundle for browsers and workers has no trace of them.
 */
export function openFiles(): Files | undefined {
  const fs = nodeModule('node:fs') as typeof FileSystem | undefined;
  const crypto = nodeModule('node:crypto') as typeof Crypto | undefined;
  const path = nodeModule('node:path') as typeof Path | undefined;
  const module = nodeModule('node:module') as typeof Module | undefined;
  if (!fs?.promises || !crypto || !path || !module) return undefined;
  return {
    read: (name, limit) => readFile(fs, name, limit),
    replace: async (name, content, mark) => replaceFile({ fs, path }, name, content, mark),
    touch: async (name, time) => fs.promises.utimes(name, time / 1000, time / 1000),
    sha256: (content) => crypto.createHash('sha256').update(content).digest('hex'),
    join: (...parts) => path.join(...parts),
    load: (name) => load(module, path.resolve('package.json'), name),
  };
}

/** A package that this one finds; if it does not, one that the application does. */
function load({ createRequire }: typeof Module, application: string, name: string): unknown {
  try {
    return createRequire(import.meta.url)(name) as unknown;
  } catch {
    // In a bundle there is no address to look from, or another one.
    return createRequire(application)(name) as unknown;
  }
}

/** A module of Node by its name, in every runtime that has them (Node 20.16, Bun, Deno 2). */
export function nodeModule(name: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  try {
    return process?.getBuiltinModule?.(name);
  } catch {
    // A runtime that has the function but not the module, or no permission for it.
    return undefined;
  }
}

function readFile(fs: typeof FileSystem, name: string, limit: number): FileContent {
  const { size, mtimeMs } = plainFile(fs, name);
  if (size > limit) throw new Error(`${name} has ${String(size)} bytes, at most ${String(limit)}`);
  return { content: fs.readFileSync(name), modified: mtimeMs };
}

/** Pipes and devices would hold the process up. */
function plainFile(fs: typeof FileSystem, name: string): FileSystem.Stats {
  const stats = fs.statSync(name);
  if (!stats.isFile()) throw new Error(`${name} is no file`);
  return stats;
}

interface Modules {
  readonly fs: typeof FileSystem;
  readonly path: typeof Path;
}

async function replaceFile(
  { fs: { promises: fs }, path }: Modules,
  name: string,
  content: Uint8Array,
  mark: string,
): Promise<void> {
  await makeFolder({ fs, path }, path.dirname(name));
  const beside = `${name}.${mark}`;
  const file = await fs.open(beside, 'wx', 0o600);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(beside, name);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw error;
  }
}

interface Making {
  readonly fs: Modules['fs']['promises'];
  readonly path: Modules['path'];
}

/** Not `recursive`: Node 24 then tries for ever where a folder cannot be made, as in /proc. */
async function makeFolder({ fs, path }: Making, folder: string): Promise<void> {
  const made = await codeOf(fs.mkdir(folder, { mode: 0o700 }));
  if (made !== 'ENOENT') return;
  await makeFolder({ fs, path }, path.dirname(folder));
  await fs.mkdir(folder, { mode: 0o700 });
}

/**
 * Why nothing was made, if that is for others to deal with: it is there, or what holds it is not.
 * @throws any other error
 */
async function codeOf(work: Promise<unknown>): Promise<'EEXIST' | 'ENOENT' | undefined> {
  try {
    await work;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EEXIST' || code === 'ENOENT') return code;
    throw error;
  }
  return undefined;
}
