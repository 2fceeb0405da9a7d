/** Where a client says what is wrong. `console` is one. */
export interface Logger {
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** What can go wrong for a while, with what is said when it is over. */
const KINDS = {
  unreachable: 'the server can be reached again',
  token: 'the token is accepted again',
  missing: 'the server is found again',
  status: 'the server answers as it should again',
  stream: 'streams get through again',
  snapshot: 'the server sends good snapshots again',
  gone: 'the environment is there again',
  disk: 'the copy on disk works again',
  events: 'events are taken again',
} as const;

/** A kind of problem. */
export type Kind = keyof typeof KINDS;

interface Ongoing {
  readonly since: number;
  message: string;
}

/** Says each kind of problem once, until it is over, and then that it is over. */
export class Reports {
  readonly #now: () => number;
  /** Loggers by how many clients have them. */
  readonly #loggers = new Map<Logger, number>();
  readonly #ongoing = new Map<Kind, Ongoing>();
  readonly #told = new Set<string>();
  #last: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The message of the problem that came last and is not over, or of what will not change. */
  get current(): string | undefined {
    return [...this.#ongoing.values()].at(-1)?.message ?? this.#last;
  }

  add(logger: Logger): void {
    this.#loggers.set(logger, (this.#loggers.get(logger) ?? 0) + 1);
  }

  remove(logger: Logger): void {
    const rest = (this.#loggers.get(logger) ?? 1) - 1;
    if (rest === 0) this.#loggers.delete(logger);
    else this.#loggers.set(logger, rest);
  }

  /** Something is wrong, and perhaps for a while. */
  problem(kind: Kind, message: string): void {
    const known = this.#ongoing.get(kind);
    if (known === undefined) this.#say('warn', message);
    else this.#ongoing.delete(kind);
    // Put at the end: it is the latest.
    this.#ongoing.set(kind, { since: known?.since ?? this.#now(), message });
  }

  /** These kinds of problem are over, if there were any. */
  over(...kinds: Kind[]): void {
    for (const kind of kinds) {
      const ongoing = this.#ongoing.get(kind);
      if (ongoing === undefined) continue;
      this.#ongoing.delete(kind);
      const seconds = Math.max(0, this.#now() - ongoing.since) / 1000;
      this.#say('warn', `${KINDS[kind]}, after ${seconds.toFixed(1)} s.`);
    }
  }

  /** Something is wrong and stays so: wrong options, for example. Said once. */
  mistake(message: string): void {
    this.#last = message;
    this.once(message, 'error');
  }

  /**
   * Says something for the first time only.
   * @param kind what it counts as the same as, where its words can be others each time
   */
  once(message: string, level: keyof Logger = 'warn', kind: string = message): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#say(level, message);
  }

  #say(level: keyof Logger, message: string): void {
    // Servers have a say in messages: they get no line of their own in a log.
    const line = message.replace(CONTROLS, ' ');
    for (const logger of this.#loggers.keys()) {
      try {
        logger[level](`FeatureFlags: ${line}`);
      } catch {
        // Whoever gave a logger that throws has no other place to be told of it.
      }
    }
  }
}

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** What somebody threw, in words; with the cause, which is where fetch says what it was. */
export function reasonOf(error: unknown): string {
  try {
    const words: unknown = wordsOf(error);
    return typeof words === 'string' ? words : WORDLESS;
  } catch {
    return WORDLESS;
  }
}

/** Anything can be thrown, also what cannot be made a text. */
const WORDLESS = 'something without words was thrown';

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (cause === undefined) return message;
  const { code } = (cause ?? {}) as { code?: unknown };
  return `${message}: ${wordsOf(cause) || String(code)}`;
}
