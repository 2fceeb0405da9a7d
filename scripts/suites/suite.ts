/** One suite of `make test`. */
export interface Suite {
  readonly name: string;
  /** Why this machine cannot run it, in words for the closing lines; undefined if it can. */
  readonly leftOut?: () => string | undefined;
  readonly run: (report: string) => Promise<Outcome>;
}

/** What became of a suite. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What went wrong beside failed tests: it counts as one failure. */
  readonly problem?: string;
}

/** A suite that did not come as far as counting its tests. */
export function broken(problem: string): Outcome {
  return { passed: 0, failed: 1, skipped: 0, problem };
}
