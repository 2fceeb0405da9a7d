/** What the exit codes mean; docs/cli.md explains them. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  notFound: 3,
  conflict: 4,
  unreachable: 5,
  /** `evaluate --exit-code` of a flag that is off. */
  off: 10,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The end of a command that did not do what was asked; an empty message was said already. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  /** @param message what happened, what was expected, what to do */
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong. */
export function wrongUse(message: string): Failure {
  return new Failure(EXIT.wrongUse, message);
}
