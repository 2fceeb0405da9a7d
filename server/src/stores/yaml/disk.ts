import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file's text and the SHA-256 of its bytes. */
export interface Text {
  readonly text: string;
  readonly hash: string;
  /** The file's size and when it was written, before it was read. */
  readonly stamp: string;
}

/** The flags file on its disk; a test's disk fails where it wants. */
export interface Disk {
  /** Undefined if there is no such file. @throws if it cannot be read or is not UTF-8 */
  read(path: string): Text | undefined;
  /** Writes the text durably beside the file that `path` leads to. */
  writeBeside(path: string, text: string): string;
  /** Puts what was written beside the file in its place, durably and all at once. */
  replace(path: string, beside: string): void;
  remove(beside: string): void;
}

/** The real one. */
export const realDisk: Disk = { read, writeBeside, replace, remove };

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function read(path: string): Text | undefined {
  try {
    // First the stamp: what is written while it is read then shows at the next look.
    const { size, mtimeNs } = statSync(path, { bigint: true });
    const bytes = readFileSync(path);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const hash = createHash('sha256').update(bytes).digest('hex');
    return { text, hash, stamp: `${String(size)} ${String(mtimeNs)}` };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function writeBeside(path: string, text: string): string {
  const target = targetOf(path);
  mkdirSync(dirname(target), { recursive: true });
  const beside = join(dirname(target), `.${basename(target)}.${String(process.pid)}.new`);
  const file = openSync(beside, 'w', 0o644);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  likeBefore(target, beside);
  return beside;
}

/** The new file belongs to whom the old one did: a server run by root must not lock people out. */
function likeBefore(target: string, beside: string): void {
  const before = statSync(target, { throwIfNoEntry: false });
  if (before === undefined) return;
  chmodSync(beside, before.mode & 0o7777);
  const now = statSync(beside);
  if (now.uid === before.uid && now.gid === before.gid) return;
  try {
    chownSync(beside, before.uid, before.gid);
  } catch {
    // Only root may give files away; then the file becomes this process's, as with any editor.
  }
}

function replace(path: string, beside: string): void {
  const target = targetOf(path);
  renameSync(beside, target);
  const directory = openSync(dirname(target), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function remove(beside: string): void {
  rmSync(beside, { force: true });
}

/** Removes what earlier processes wrote beside the file and did not live to put in its place. */
export function removeLeftovers(path: string): void {
  const target = targetOf(path);
  const isLeftover = (name: string): boolean =>
    name.startsWith(`.${basename(target)}.`) && /\.\d+\.new$/.test(name);
  const names = readdirSync(dirname(target)).filter(isLeftover);
  for (const name of names) remove(join(dirname(target), name));
}

/** Follows symbolic links, so that the link stays one when its target is replaced. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}
