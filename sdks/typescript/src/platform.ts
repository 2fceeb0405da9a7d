import { openFiles, type Files } from './files.ts';

/** What a client takes from its surroundings. Tests hand in their own. */
export interface Platform {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /**
   * Runs something once after so many milliseconds; returns how to call it off.
   * @param holds true if the process must stay for it; usually a client keeps no process alive
   */
  readonly after: (time: number, run: () => void, holds?: boolean) => () => void;
  readonly uuid: () => string;
  /** Undefined where there is no file system. */
  readonly files: Files | undefined;
}

/** The longest that timers take; what is longer would fire at once. */
const MAX_TIME = 2 ** 31 - 1;

let real: Platform | undefined;

/** The platform that this runs on. */
export function realPlatform(): Platform {
  real ??= {
    // Looked up at each call: applications and their tests replace it.
    fetch: async (url, init) => globalThis.fetch(url, init),
    now: () => Date.now(),
    random: () => Math.random(),
    after: realTimer,
    uuid: () => globalThis.crypto.randomUUID(),
    files: openFiles(),
  };
  return real;
}

function realTimer(time: number, run: () => void, holds = false): () => void {
  const timer: unknown = setTimeout(run, Math.min(time, MAX_TIME));
  if (!holds) release(timer);
  return () => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  };
}

interface DenoTimers {
  readonly Deno?: { readonly unrefTimer?: (id: number) => void };
}

/** Node and Bun have timers with `unref`, Deno has numbers, browsers and workers need nothing. */
function release(timer: unknown): void {
  if (typeof timer === 'number') (globalThis as DenoTimers).Deno?.unrefTimer?.(timer);
  else (timer as { unref?: () => void }).unref?.();
}

/** Where the options carry a platform of the tests. Not part of what is promised. */
export const PLATFORM: unique symbol = Symbol('platform');

/** The platform in the options, else the real one. */
export function platformIn(options: unknown): Platform {
  const given = options as { readonly [PLATFORM]?: Platform } | null | undefined;
  return given?.[PLATFORM] ?? realPlatform();
}
