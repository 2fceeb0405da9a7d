import { describe, expect, test } from 'vitest';

import { backoff, retryAfter } from './backoff.ts';

// min(30,000, 500 × 2^n), written out.
const BOUNDS = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];

describe('the time after a failure', () => {
  test.each(BOUNDS.map((bound, failure) => [failure, bound] as const))(
    '%i: up to %i ms',
    (failure, bound) => {
      expect(backoff(failure, 0)).toBe(0);
      expect(backoff(failure, 0.25)).toBe(bound / 4);
      expect(backoff(failure, 0.999)).toBeLessThan(bound);
    },
  );

  test('many failures', () => {
    expect(backoff(5000, 0.5)).toBe(15_000);
  });

  test('what the server asks is a lower bound, up to 300 s', () => {
    expect(backoff(0, 0.5, 2000)).toBe(2000);
    expect(backoff(10, 0.5, 2000)).toBe(15_000);
    expect(backoff(0, 0.5, 9_999_000)).toBe(300_000);
  });
});

test.each([
  ['5', 5000],
  [' 7 ', 7000],
  ['0', 0],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
  ['-1', 0],
  ['1.5', 0],
  ['', 0],
])('Retry-After: %j is %i ms', (text, time) => {
  expect(retryAfter(new Headers({ 'retry-after': text }))).toBe(time);
});

test('without Retry-After it is nothing', () => {
  expect(retryAfter(new Headers())).toBe(0);
});
