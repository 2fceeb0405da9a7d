import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

/**
 * Makes the folder of a database if there is none, and looks whether it and the database can be
 * written: a container that runs as another user than the owner of its folder is told so.
 * @throws Error that says who cannot write where, and what to do
 */
export function prepareFolderOf(database: string): void {
  const folder = dirname(database);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (existsSync(database)) accessSync(database, constants.W_OK);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** The error of somebody who cannot write in the data folder. */
export function unwritable(folder: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const advice = ADVICE[code]?.(folder) ?? 'Free it, or name another folder with --data (FF_DATA).';
  const detail = `The data folder ${folder} cannot be written by ${user()}: ${message}.\n${advice}`;
  return new Error(detail, { cause: error });
}

const ADVICE: Readonly<Record<string, (folder: string) => string>> = {
  EACCES: ownership,
  EPERM: ownership,
  EROFS: () => 'It is mounted read-only: mount it writable, or name another folder with --data.',
  EEXIST: () => 'That is a file: move it away, or name another folder with --data (FF_DATA).',
  ENOTDIR: () => 'A part of that path is a file: name another folder with --data (FF_DATA).',
};

function ownership(folder: string): string {
  const owner = ids()?.join(':') ?? 'USER';
  return [
    `Give the folder to that user:  chown -R ${owner} ${folder}`,
    'Of a container: do that to the folder that is mounted there,',
    '  or run it as yourself:       --user "$(id -u):$(id -g)"',
    '  or use a named volume:       -v featureflags:/data',
  ].join('\n');
}

function user(): string {
  const [id, group] = ids() ?? [];
  return id === undefined ? 'this user' : `user ${String(id)} (group ${String(group)})`;
}

/** The ids that the process runs with; undefined where there are none (Windows). */
function ids(): readonly [user: number, group: number] | undefined {
  const [id, group] = [process.geteuid?.(), process.getegid?.()];
  return id === undefined || group === undefined ? undefined : [id, group];
}
