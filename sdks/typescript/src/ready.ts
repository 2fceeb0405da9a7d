import type { Holder } from './holder.ts';
import type { Platform } from './platform.ts';

/** Longer than anybody waits: a year in milliseconds. */
const FOREVER = 365 * 24 * 3_600_000;

/**
 * Waits until there is a snapshot; the process stays for it.
 * @param ends where the wait puts how to end it early
 * @param timeout milliseconds; what is no such number is no time at all
 * @returns whether there is one
 */
export async function whenReady(
  holder: Holder,
  platform: Platform,
  ends: Set<() => void>,
  timeout: unknown = FOREVER,
): Promise<boolean> {
  if (holder.held !== undefined) return true;
  return new Promise((resolve) => {
    const finish = (): void => {
      stop();
      cancel();
      ends.delete(finish);
      resolve(holder.held !== undefined);
    };
    const stop = holder.onChange(finish);
    const cancel = platform.after(boundedTime(timeout), finish, true);
    ends.add(finish);
  });
}

function boundedTime(timeout: unknown): number {
  return typeof timeout === 'number' && timeout >= 0 ? timeout : 0;
}
