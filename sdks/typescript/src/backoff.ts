const BASE = 500;
const MAX = 30_000;
/** However long a server asks to be left alone, a client comes back after this time. */
const MAX_ASKED = 300_000;

/**
 * How long to wait after failure `failure`, counted from 0: exponential backoff with full jitter,
 * after the AWS Architecture Blog, "Exponential Backoff And Jitter", 2015.
 * @param chance from 0 up to 1
 * @param asked what the server asked to be waited for, a lower bound
 * @returns milliseconds
 */
export function backoff(failure: number, chance: number, asked = 0): number {
  // 2 ** 1100 is Infinity, and its minimum with MAX is still MAX.
  return Math.max(chance * Math.min(MAX, BASE * 2 ** failure), Math.min(asked, MAX_ASKED));
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3) as milliseconds; 0 if there is none. Dates are not read. */
export function retryAfter(headers: Headers): number {
  const text = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) * 1000 : 0;
}
