import { cacheFolder } from './config.ts';
import type { Files } from './files.ts';
import type { Held, Holder } from './holder.ts';
import { MAX_LENGTH } from './body.ts';
import type { Platform } from './platform.ts';
import { parsedJson } from './json.ts';
import { reasonOf } from './reports.ts';

/** At most one write in this time, in milliseconds. */
const WRITE_EVERY = 1000;
/** While nothing changes, the time of modification is moved on this often. */
const TOUCH_EVERY = 60_000;
const FORMAT = 1;
const LF = 10;
/** The first line is short; a file without one in this many bytes is none of ours. */
const MAX_HEADER = 4096;

/** Whose copy it is. */
export interface Owner {
  readonly url: string;
  readonly token: string | undefined;
  readonly environment: string | undefined;
  readonly cache: string | false | undefined;
}

/** The copy of the last good snapshot on disk; undefined if there is to be none. */
export function openCopy(owner: Owner, holder: Holder, platform: Platform): Copy | undefined {
  const { cache } = owner;
  const { files } = platform;
  if (cache === false) return undefined;
  if (files === undefined) {
    if (cache !== undefined)
      holder.reports.mistake('the option cache has no effect: this runtime has no files.');
    return undefined;
  }
  const folder = cache ?? cacheFolder(files);
  if (folder === undefined) {
    holder.reports.once(
      'there is no copy on disk: HOME is not set. Set it, or the option cache to a folder or to false.',
    );
    return undefined;
  }
  return new Copy(files.join(folder, fileName(owner, files)), { files, holder, platform });
}

function fileName({ url, environment = '', token = '' }: Owner, { sha256 }: Files): string {
  return `${sha256(`${url}\n${environment}\n${token}`).slice(0, 32)}.snapshot`;
}

interface CopyWork {
  readonly files: Files;
  readonly holder: Holder;
  readonly platform: Platform;
}

/** A file with a snapshot, kept equal to the one in use. */
export class Copy {
  readonly #path: string;
  readonly #work: CopyWork;
  /** The snapshot that the file has; undefined if it has none, or one that cannot be used. */
  #written: Held | undefined;
  /** When the file was last written or touched. */
  #at = -Infinity;
  #cancel: (() => void) | undefined;
  /** The end of what is being written: one thing at a time. */
  #queue: Promise<void> = Promise.resolve();
  readonly #stops: (() => void)[];

  constructor(path: string, work: CopyWork) {
    this.#path = path;
    this.#work = work;
    this.#read();
    const { holder } = work;
    this.#stops = [
      holder.onChange(() => {
        this.#plan();
      }),
      holder.onRefresh(() => {
        this.#touch();
      }),
    ];
  }

  /** Writes what is not written yet, and nothing afterwards. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#cancel?.();
    this.#write();
    await this.#queue;
  }

  #read(): void {
    const { files, holder } = this.#work;
    let refusal: string | undefined;
    try {
      const { content, modified } = files.read(this.#path, MAX_LENGTH + MAX_HEADER);
      const { document, etag } = unpacked(content, files);
      refusal = holder.take(document, { origin: 'disk', etag, at: modified });
      if (refusal === undefined) this.#written = holder.held;
      this.#at = modified;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return;
      refusal = reasonOf(error);
    }
    if (refusal !== undefined) this.#report('cannot be used', refusal);
  }

  /** Writes soon: at once, or when a second has passed since the last time. */
  #plan(): void {
    const { platform } = this.#work;
    if (this.#cancel !== undefined) return;
    const wait = Math.min(WRITE_EVERY, Math.max(0, this.#at + WRITE_EVERY - platform.now()));
    this.#cancel = platform.after(wait, () => {
      this.#cancel = undefined;
      this.#write();
    });
  }

  #write(): void {
    const { files, holder, platform } = this.#work;
    const { held } = holder;
    if (held === undefined || held.origin !== 'network' || held === this.#written) return;
    this.#written = held;
    this.#at = platform.now();
    this.#do(async () => {
      await files.replace(this.#path, packed(held, files), `${platform.uuid()}.new`);
      holder.reports.over('disk');
    });
  }

  #touch(): void {
    const { files, holder, platform } = this.#work;
    const now = platform.now();
    if (this.#written !== holder.held || holder.held === undefined) return;
    if (now - this.#at < TOUCH_EVERY) return;
    this.#at = now;
    this.#do(async () => files.touch(this.#path, now));
  }

  #do(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      // Whatever the file has now: the next snapshot is written.
      this.#written = undefined;
      this.#report('cannot be written', reasonOf(error));
    });
  }

  #report(what: string, reason: string): void {
    const message = `the copy on disk ${what}: ${reason}. It is ${this.#path}; without it a restart needs the server. Give the option cache a folder that can be written, or false`;
    this.#work.holder.reports.problem('disk', message);
  }
}

interface Header {
  readonly format?: unknown;
  readonly sha256?: unknown;
  readonly etag?: unknown;
}

function packed({ document, etag }: Held, { sha256 }: Files): Uint8Array {
  const body = JSON.stringify(document);
  const header = { format: FORMAT, sha256: sha256(body), etag };
  return new TextEncoder().encode(`${JSON.stringify(header)}\n${body}`);
}

/** @throws if it is no whole copy */
function unpacked(
  content: Uint8Array,
  { sha256 }: Files,
): { document: unknown; etag: string | null } {
  const end = content.subarray(0, MAX_HEADER).indexOf(LF);
  const decoder = new TextDecoder();
  const header = parsedJson(decoder.decode(content.subarray(0, Math.max(0, end))));
  const { format, sha256: sum, etag } = (header ?? {}) as Header;
  if (format !== FORMAT) throw new Error(`expected format ${String(FORMAT)} in its first line`);
  const body = content.subarray(end + 1);
  if (sha256(body) !== sum) throw new Error('its checksum is wrong: it was cut or changed');
  return {
    document: parsedJson(decoder.decode(body)),
    etag: typeof etag === 'string' ? etag : null,
  };
}
