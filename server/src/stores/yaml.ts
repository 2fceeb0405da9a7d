import {
  projectOf,
  type AuditQuery,
  type Commit,
  type Contents,
  type NotedStore,
  type Store,
  type Watcher,
} from './store.ts';
import { changed, changesBetween, touchedBetween } from './yaml/difference.ts';
import { hashOf, realDisk, removeLeftovers, type Disk, type Text } from './yaml/disk.ts';
import { File } from './yaml/file.ts';
import type { FlagsFile } from './yaml/outline.ts';
import { readFlags, type Parse } from './yaml/read.ts';
import { freshText, revise } from './yaml/revise.ts';
import { USUAL_PACE, watchFile, type Pace } from './yaml/watch.ts';

export interface YamlOptions {
  /** The flags file. It is the authority for what flags are. */
  readonly path: string;
  /** Keeps every item and every commit, and the file's note. The store closes it. */
  readonly database: NotedStore;
  /** core's parseProject, with the patterns' engine. */
  readonly parse: Parse;
  readonly now?: () => Date;
  readonly disk?: Disk;
  readonly pace?: Pace;
}

/** What the database notes on the file, in the same transaction as the commit. */
interface Note {
  /** Of the text that says what the database says. */
  readonly hash: string;
  /** A write is under way: the text was `before`, and the new one waits in `beside`. */
  readonly write?: { readonly before: string; readonly beside: string };
}

const NOTE = 'file';

/**
 * Opens a flags file that people edit, beside a database that remembers every change to it.
 * Makes the file if there is none.
 * @throws FILE_INVALID if the file cannot be used, naming the lines
 */
export async function openYaml(options: YamlOptions): Promise<Store> {
  const store = new YamlStore(options);
  await store.open();
  return store;
}

class YamlStore implements Store {
  readonly kind = 'yaml';
  readonly #file: File;
  readonly #database: NotedStore;
  readonly #parse: Parse;
  readonly #now: () => Date;
  readonly #pace: Pace;
  #watcher: Watcher | undefined;
  #broken: string | undefined;
  #stopWatching: () => void = () => undefined;
  /** The end of what is being done: one thing at a time reads and writes the file. */
  #queue: Promise<unknown> = Promise.resolve();
  /** The file that was read last: most of the time it is what is read next. */
  #last: { readonly hash: string; readonly file: FlagsFile } | undefined;

  constructor({ path, database, parse, now, disk = realDisk, pace = USUAL_PACE }: YamlOptions) {
    this.#file = new File(path, disk);
    this.#database = database;
    this.#parse = parse;
    this.#now = now ?? ((): Date => new Date());
    this.#pace = pace;
  }

  async open(): Promise<void> {
    await this.#makeFile();
    this.#finishWrite();
    removeLeftovers(this.#file.path);
    await this.#absorb();
  }

  load(): Promise<Contents> {
    return this.#database.load();
  }

  audit(query: AuditQuery): Promise<Commit[]> {
    return this.#database.audit(query);
  }

  check(): Promise<void> {
    return this.#database.check();
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher;
    this.#database.watch(watcher);
    this.#stopWatching = watchFile(this.#file.path, this.#pace, () => void this.#look());
  }

  async close(): Promise<void> {
    this.#stopWatching();
    await this.#queue;
    await this.#database.close();
  }

  commit(commit: Commit): Promise<boolean> {
    return this.#alone(async () => {
      if (await this.#absorb()) {
        this.#watcher?.changed();
        return false;
      }
      return this.#write(commit);
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Somebody may have edited the file. */
  async #look(): Promise<void> {
    await this.#alone(async () => {
      try {
        if (await this.#absorb()) this.#watcher?.changed();
        this.#tellBroken(undefined);
      } catch (error) {
        this.#tellBroken(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #tellBroken(reason: string | undefined): void {
    if (reason === this.#broken) return;
    this.#broken = reason;
    this.#watcher?.broken(reason);
  }

  /** A missing file is written from what the database remembers: a lost volume loses no flags. */
  async #makeFile(): Promise<void> {
    if (this.#file.read() !== undefined) return;
    const project = projectOf((await this.#database.load()).items);
    const environments = project.environments.length === 0 ? ['production'] : project.environments;
    const text = freshText({ ...project, environments });
    this.#file.replace(this.#file.prepare(text));
  }

  /** The process may have ended between the commit and the file. */
  #finishWrite(): void {
    const note = this.#note();
    if (note?.write === undefined) return;
    const { before, beside } = note.write;
    const isWaiting = this.#file.isPrepared(beside, note.hash);
    if (this.#file.read()?.hash === before && isWaiting) {
      this.#file.replace(beside);
    }
    this.#setNote({ hash: note.hash });
  }

  /**
   * Makes a commit of what the file says otherwise than the database.
   * @returns true if there was something
   * @throws FILE_INVALID
   */
  async #absorb(): Promise<boolean> {
    const text = this.#file.present();
    const note = this.#note();
    if (text.hash === note?.hash) return false;
    const { project } = await this.#parsed(text);
    const { version, items } = await this.#database.load();
    const known = projectOf(items);
    const changes = changesBetween(known, project);
    if (changes.length === 0) {
      this.#setNote({ hash: text.hash });
      return false;
    }
    const commit: Commit = {
      version: version + 1,
      at: this.#now().toISOString(),
      actor: 'file',
      action: note === undefined ? 'file.read' : 'file.edit',
      changes,
      touches: touchedBetween(known, project),
    };
    return this.#database.commitWithNote(commit, NOTE, JSON.stringify({ hash: text.hash }));
  }

  /** The file and the database agree when this begins. */
  async #write(commit: Commit): Promise<boolean> {
    const text = this.#file.present();
    const file = await this.#parsed(text);
    const after = changed(file.project, commit.changes);
    const next = await revise(this.#file.name, file, after, this.#parse);
    const hash = hashOf(next.text);
    if (hash === text.hash) return this.#database.commit(commit);
    const beside = this.#file.prepare(next.text);
    const note: Note = { hash, write: { before: text.hash, beside } };
    const isCurrent = this.#file.read()?.hash === text.hash;
    if (!isCurrent || !this.#commitWith(commit, note)) {
      this.#file.discard(beside);
      return false;
    }
    return this.#replace(note, { hash, file: next });
  }

  #commitWith(commit: Commit, note: Note): boolean {
    return this.#database.commitWithNote(commit, NOTE, JSON.stringify(note));
  }

  async #replace({ hash, write }: Note, next: { hash: string; file: FlagsFile }): Promise<boolean> {
    const { before, beside } = write as NonNullable<Note['write']>;
    if (this.#file.read()?.hash !== before) {
      // Saved by somebody while the commit was being made: their edit comes first.
      this.#file.discard(beside);
      this.#setNote({ hash: before });
      await this.#absorb();
      return false;
    }
    this.#file.replace(beside);
    this.#setNote({ hash });
    this.#last = next;
    return true;
  }

  async #parsed(text: Text): Promise<FlagsFile> {
    if (this.#last?.hash === text.hash) return this.#last.file;
    const file = await readFlags(this.#file.name, text.text, this.#parse);
    this.#last = { hash: text.hash, file };
    return file;
  }

  #note(): Note | undefined {
    const text = this.#database.note(NOTE);
    return text === undefined ? undefined : (JSON.parse(text) as Note);
  }

  #setNote(note: Note): void {
    this.#database.setNote(NOTE, JSON.stringify(note));
  }
}
