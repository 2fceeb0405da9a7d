import type { Holder } from './holder.ts';
import type { Platform } from './platform.ts';

/** The age of the snapshot in use in milliseconds; undefined if there is none, and offline. */
export function ageOf({ freshAt }: Holder, now: () => number): number | undefined {
  // A clock that went backwards makes nothing younger than new.
  return freshAt === undefined ? undefined : Math.max(0, now() - freshAt);
}

/**
 * Tells when the snapshot in use becomes stale, and when it is not any more.
 * @returns how to stop
 */
export function watchStaleness(
  holder: Holder,
  { maxAge, platform }: { readonly maxAge: number | undefined; readonly platform: Platform },
  listener: (isStale: boolean) => void,
): () => void {
  if (maxAge === undefined) return () => undefined;
  let isStale = false;
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const age = ageOf(holder, platform.now);
    const isNow = age !== undefined && age >= maxAge;
    if (isNow !== isStale) listener((isStale = isNow));
    cancel();
    // While it is stale only a sign of life changes that, and that calls by itself.
    if (age !== undefined && !isNow) cancel = platform.after(Math.max(1, maxAge - age), look);
  };
  let armed = false;
  const stop = holder.onRefresh(() => {
    // Signs of life are many: a timer that is set already looks again when it is time.
    if (isStale || !armed) look();
    armed = true;
  });
  look();
  armed = holder.freshAt !== undefined;
  return () => {
    stop();
    cancel();
  };
}
