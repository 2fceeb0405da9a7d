const WARM_UPS = 3;
const ROUNDS = 5;
/** How long a round of one contender takes at the least, so that the clock's steps do not count. */
const ROUND_MS = 50;

/** Something to measure. */
export interface Contender {
  /** What it does once. The sum depends on every result, so that no work can be left out. */
  readonly run: () => number;
  /** How many operations that is. */
  readonly operations: number;
}

/** The sum of all that was run. */
let total = 0;

/**
 * Nanoseconds an operation of each contender: the median of its rounds. All are warmed up before
 * any is measured and take turns then, so that each meets the same machine and the same compiler.
 */
export function medians(contenders: readonly Contender[]): number[] {
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) contenders.forEach(round);
  const rounds = Array.from({ length: ROUNDS }, () => contenders.map(round));
  // Looked at, so that no compiler can leave out what it is made of.
  if (Number.isNaN(total)) throw new Error('a contender gave no number');
  return contenders.map((_, index) => median(rounds.map((times) => times[index] as number)));
}

function round({ run, operations }: Contender): number {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    total += run();
    done += operations;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1_000_000) / done;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}
