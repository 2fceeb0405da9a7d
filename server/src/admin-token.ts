import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { unwritable } from './data-folder.ts';

/** What a server knows of a token that it made: nobody can read the token from it. */
export interface KeptToken {
  /** The token's SHA-256, in base64url. */
  readonly digest: string;
  /** True if other users of the machine may read or write the file. */
  readonly isShared: boolean;
}

const FORM = /^sha256:([\w-]{43})\n$/;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Where the digest of the token lies. */
export function adminTokenPath(data: string): string {
  return join(resolve(data), 'admin-token');
}

/** A token of 256 random bits. */
export function newAdminToken(): string {
  const bits = crypto.getRandomValues(new Uint8Array(32));
  return `ff_admin_${Buffer.from(bits).toString('base64url')}`;
}

/**
 * Reads what was kept; undefined if nothing is there.
 * @throws Error if something else is there, or it cannot be read: no server falls open by that
 */
export function readAdminToken(path: string): KeptToken | undefined {
  const stats = look(path);
  if (stats === undefined) return undefined;
  // A pipe would be waited for, a link leads to what others wrote.
  if (!stats.isFile()) throw unusable(path, 'it is no plain file');
  const digest = FORM.exec(read(path))?.[1];
  if (digest === undefined) throw unusable(path, 'it is not what the server wrote there');
  return { digest, isShared: (stats.mode & OTHERS) !== 0 };
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unusable(path, message);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, (error as Error).message);
  }
}

function unusable(path: string, why: string): Error {
  return new Error(
    `${path} cannot be used: ${why}. It says which token the server asks for. Make it readable, put ` +
      'it back from a backup, or delete it and start again.',
  );
}

/** What some file systems do not do; a test's fail. */
interface Disk {
  /** Puts the file in its place only if nothing is there. */
  readonly link: typeof linkSync;
  readonly openFolder: typeof openSync;
}

const DISK: Disk = { link: linkSync, openFolder: openSync };

/**
 * Keeps the digest, durably and whole or not at all.
 * @throws Error if the folder cannot be written, or another server has kept its own
 */
export function keepAdminToken(
  path: string,
  digest: string,
  { link, openFolder }: Disk = DISK,
): void {
  // Each has a name of its own: in containers, every server is process 1.
  const beside = `${path}.${digest.slice(0, 8)}.new`;
  try {
    writeBeside(beside, `sha256:${digest}\n`);
    place(beside, path, link);
    flush(dirname(path), openFolder);
  } catch (error) {
    throw isThere(error) ? taken(path) : unwritable(dirname(path), error);
  } finally {
    rmSync(beside, { force: true });
  }
}

function writeBeside(beside: string, text: string): void {
  const file = openSync(beside, 'wx', OWNER_ONLY);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A link refuses what is there; some file systems (FAT) have none, and there the last one wins. */
function place(beside: string, path: string, link: Disk['link']): void {
  try {
    link(beside, path);
  } catch (error) {
    if (isThere(error)) throw error;
    renameSync(beside, path);
  }
}

/**
 * Windows flushes no folders, some network file systems neither, and one that may not be read cannot
 * be opened. The file is in its place by now: an end here would keep a token that nobody has seen.
 */
function flush(folder: string, openFolder: Disk['openFolder']): void {
  let directory: number | undefined;
  try {
    directory = openFolder(folder, 'r');
    fsyncSync(directory);
  } catch {
    // As with SQLite. After a power cut the file may be gone: then the next start makes another.
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

function isThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function taken(path: string): Error {
  return new Error(
    `Another server made its token in ${path} at this moment. Start this one again: it then asks ` +
      'for that token.',
  );
}
