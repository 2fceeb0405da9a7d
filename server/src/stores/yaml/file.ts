import { basename, dirname, relative } from 'node:path';

import { Problem } from '../../errors.ts';
import { codeOf, type Disk, type Text } from './disk.ts';

/** The flags file, with words for what goes wrong with it. */
export class File {
  readonly path: string;
  /** What messages call it: as somebody in the working directory would. */
  readonly name: string;
  readonly #disk: Disk;

  constructor(path: string, disk: Disk) {
    const near = relative('', path);
    this.path = path;
    this.name = near.startsWith('..') ? path : near;
    this.#disk = disk;
  }

  /** Undefined if it is missing. @throws FILE_INVALID */
  read(): Text | undefined {
    return this.#readAt(this.path);
  }

  /** @throws FILE_INVALID */
  present(): Text {
    const text = this.read();
    if (text !== undefined) return text;
    const detail = `${this.name} is missing. Put it back, or restart: then it is made again.`;
    throw new Problem('FILE_INVALID', detail);
  }

  /** False if somebody has written it since, even with the same text: they may not be done. */
  isStill({ hash, stamp }: Text): boolean {
    try {
      const now = this.read();
      return now?.hash === hash && now.stamp === stamp;
    } catch {
      // It could be read before: half a letter of what is being written.
      return false;
    }
  }

  /** Writes the text beside the file, durably; returns where. @throws STORE_UNAVAILABLE */
  prepare(text: string): string {
    return this.#write(() => this.#disk.writeBeside(this.path, text));
  }

  /** True if that text waits beside the file. */
  isPrepared(beside: string, hash: string): boolean {
    return this.#readAt(beside)?.hash === hash;
  }

  /** Puts what was prepared in the file's place. @throws STORE_UNAVAILABLE */
  replace(beside: string): void {
    this.#write(() => {
      this.#disk.replace(this.path, beside);
    });
  }

  discard(beside: string): void {
    this.#disk.remove(beside);
  }

  #readAt(path: string): Text | undefined {
    try {
      return this.#disk.read(path);
    } catch (error) {
      const reason = error instanceof TypeError ? 'it is not UTF-8' : codeOf(error);
      const detail = `${this.name} cannot be read: ${reason}`;
      throw new Problem('FILE_INVALID', detail, { cause: error });
    }
  }

  #write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = codeOf(error);
      const where = `in ${dirname(this.name)} (${code})`;
      const detail = `${basename(this.name)} cannot be written ${where}${ADVICE[code] ?? ''}`;
      throw new Problem('STORE_UNAVAILABLE', detail, { cause: error });
    }
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: ': give this process the right to write in that directory, not to the file alone',
  EBUSY: ': mount the directory, not the file alone',
  ENOSPC: ': the disk is full',
  EROFS: ': the file system is read-only',
};
