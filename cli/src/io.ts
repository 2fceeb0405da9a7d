/** All that a command can reach of the machine; main.ts makes it of the process, tests of nothing. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True if what goes out is read on a terminal. */
  readonly isTerminal: boolean;
  /** True if somebody is there to answer a question. */
  readonly isInteractive: boolean;
  /** The terminal's width; undefined if there is none. */
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Who this is, for the audit log. */
  readonly userName: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly readInput: () => Promise<string>;
  readonly ask: (question: string) => Promise<string>;
}
