import { Failure, send, type Endpoint } from './http.ts';
import { Lru } from './lru.ts';
import { reasonOf, type Reports } from './reports.ts';

/** Answers that are kept. */
const MAX_KEPT = 1000;

/** How an answer is read. */
export interface Reading<T> {
  /** Reads the text of an answer; undefined if it is none. */
  readonly read: (text: string) => T | undefined;
  /** Reads a refusal that is an answer too: a flag that is not there; undefined if it is none. */
  readonly refused: (failure: Failure) => T | undefined;
}

/** An answer with what is known of it. */
export interface Known<T> {
  readonly answer: T;
  /** Milliseconds since the server gave it. */
  readonly age: number;
  /** True if its time is over and the server could not be asked again. */
  readonly isStale: boolean;
}

interface Kept {
  readonly answer: unknown;
  readonly at: number;
}

/** Asks the server, and keeps its answers for a time. */
export class Asking {
  readonly #endpoint: Endpoint;
  readonly #ttl: number;
  readonly #reports: Reports;
  readonly #kept = new Lru<Kept>(MAX_KEPT);

  constructor(endpoint: Endpoint, ttl: number, reports: Reports) {
    this.#endpoint = endpoint;
    this.#ttl = ttl;
    this.#reports = reports;
  }

  /**
   * Asks by POST, unless an answer to the same question is kept.
   * @throws Failure if there is no answer, and none is kept
   */
  async ask<T>(path: string, question: object, reading: Reading<T>): Promise<Known<T>> {
    const body = JSON.stringify(question);
    const name = `${path}\n${body}`;
    const kept = this.#kept.get(name);
    const age = kept === undefined ? 0 : Math.max(0, this.#now() - kept.at);
    // The same question was read in the same way.
    // With a clock that was set back nobody knows how old an answer is: it is asked for again.
    const isFresh = kept !== undefined && this.#now() >= kept.at && age < this.#ttl;
    if (kept !== undefined && isFresh) return known(kept.answer as T, age, false);
    try {
      const answer = await this.#send(path, body, reading);
      if (this.#ttl > 0) this.#kept.set(name, { answer, at: this.#now() });
      this.#reports.over('unreachable', 'token', 'missing', 'status', 'snapshot');
      return known(answer, 0, false);
    } catch (error) {
      const failure =
        error instanceof Failure ? error : new Failure('unreachable', reasonOf(error));
      const meanwhile = 'Meanwhile answers that are kept serve, else the defaults';
      this.#reports.problem(
        failure.kind,
        `${failure.message}. ${meanwhile}. Check that the server runs, and the options`,
      );
      if (kept !== undefined) return known(kept.answer as T, age, true);
      throw failure;
    }
  }

  async #send<T>(path: string, body: string, { read, refused }: Reading<T>): Promise<T> {
    try {
      const { text } = await send(this.#endpoint, { path, body, holds: true });
      const answer = read(text);
      if (answer !== undefined) return answer;
    } catch (error) {
      const answer = error instanceof Failure ? refused(error) : undefined;
      if (answer !== undefined) return answer;
      throw error;
    }
    throw new Failure('snapshot', `${this.#endpoint.url}${path} sent what is no answer`);
  }

  #now(): number {
    return this.#endpoint.platform.now();
  }
}

function known<T>(answer: T, age: number, isStale: boolean): Known<T> {
  return { answer, age, isStale };
}
