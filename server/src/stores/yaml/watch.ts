import { realpathSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';

/** How patient the watch is, in milliseconds. */
export interface Pace {
  /**
   * Editors write in several steps. Never shorter than 30: Bun 1.4 drops an event that follows
   * another one of the same file within about 16 ms.
   */
  readonly debounce: number;
  /** Network file systems and some containers tell of nothing. */
  readonly interval: number;
  /** A changed file is taken over when it has stayed the same for so long. */
  readonly settle: number;
  /** How long it is waited for that; then it is being written, and changes are refused. */
  readonly patience: number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const USUAL_PACE: Pace = {
  debounce: 100,
  interval: 2000,
  settle: 300,
  patience: 2000,
  sleep: setTimeoutAsync,
};

/**
 * Calls `look` when the file may have changed. The directory is watched, not the file: editors and
 * Kubernetes replace files, and a watch stays with the one that was replaced.
 * @returns a function that ends it
 */
export function watchFile(
  path: string,
  { debounce, interval }: Pick<Pace, 'debounce' | 'interval'>,
  look: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const notice = (name: string | null): void => {
    if (!concerns(path, name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, debounce);
    timer.unref();
  };
  const watchers = directoriesOf(path).map((directory) => watchDirectory(directory, notice));
  const poll = setInterval(look, interval).unref();
  return () => {
    clearTimeout(timer);
    clearInterval(poll);
    for (const watcher of watchers) watcher?.close();
  };
}

/** The database beside the file changes all the time; Kubernetes swaps `..data`. */
function concerns(path: string, name: string | null): boolean {
  return name === null || name === basename(path) || !name.startsWith('.') || name.startsWith('..');
}

function directoriesOf(path: string): string[] {
  const directories = [dirname(path)];
  try {
    directories.push(dirname(realpathSync(path)));
  } catch {
    // The file is missing: its directory tells when it comes back.
  }
  return [...new Set(directories)];
}

function watchDirectory(
  directory: string,
  notice: (name: string | null) => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => notice(name));
    // The directory is gone, or there are no watches left: the poll goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
