/** A map of at most so many entries: the least recently used go first. */
export class Lru<T> {
  readonly #size: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, T>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest = ''] = this.#entries.keys();
    if (this.#entries.size > this.#size) this.#entries.delete(oldest);
  }
}
