import { existsSync, readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes; undefined where there is no /proc, or no such process. */
export function resident(pid: number | undefined): number | undefined {
  const path = `/proc/${String(pid)}/smaps_rollup`;
  if (!existsSync(path)) return undefined;
  return Number(/^Rss: +(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1]) * 1024;
}
