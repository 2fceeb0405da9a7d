import type { Project } from '@featureflags/core';

import {
  projectOf,
  type AuditQuery,
  type Commit,
  type Contents,
  type Count,
  type Counted,
  type NotedStore,
  type Store,
  type Tallies,
  type Watcher,
} from './store.ts';
import { begin } from './yaml/begin.ts';
import { changed, commitOfEdit } from './yaml/difference.ts';
import { hashOf, realDisk, type Disk, type Text } from './yaml/disk.ts';
import { File } from './yaml/file.ts';
import type { FlagsFile } from './yaml/outline.ts';
import { NOTE, noteIn, setNote, type Note } from './yaml/note.ts';
import { readFlags, refuseEmptied, type Parse } from './yaml/read.ts';
import { revise } from './yaml/revise.ts';
import { holds, settled, Unsettled } from './yaml/settle.ts';
import { USUAL_PACE, watchFile, type Pace } from './yaml/watch.ts';

export interface YamlOptions {
  /** The flags file. It is the authority for what flags are. */
  readonly path: string;
  /** Keeps every item and every commit, and the file's note. The store closes it. */
  readonly database: NotedStore;
  /** core's parseProject, and what else a file must be. */
  readonly parse: Parse;
  readonly now?: () => Date;
  readonly disk?: Disk;
  readonly pace?: Partial<Pace>;
}

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
  #isLookWaiting = false;
  #stopWatching: () => void = () => undefined;
  /** The end of what is being done: one thing at a time reads and writes the file. */
  #queue: Promise<unknown> = Promise.resolve();
  /** The file that was read last: most of the time it is what is read next. */
  #last: { readonly hash: string; readonly file: FlagsFile } | undefined;

  constructor({ path, database, parse, now, disk = realDisk, pace }: YamlOptions) {
    this.#file = new File(path, disk);
    this.#database = database;
    this.#parse = parse;
    this.#now = now ?? ((): Date => new Date());
    this.#pace = { ...USUAL_PACE, ...pace };
  }

  async open(): Promise<void> {
    await begin(this.#file, this.#database);
    await this.#takeOver(this.#file.present());
  }

  load(): Promise<Contents> {
    return this.#database.load();
  }

  audit(query: AuditQuery): Promise<Commit[]> {
    return this.#database.audit(query);
  }

  count(environment: string, counts: readonly Count[], at: string): Promise<Counted> {
    return this.#database.count(environment, counts, at);
  }

  tallies(environment: string): Promise<Tallies> {
    return this.#database.tallies(environment);
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

  /** Somebody may have edited the file. One look that waits for its turn is enough. */
  async #look(): Promise<void> {
    if (this.#isLookWaiting) return;
    this.#isLookWaiting = true;
    await this.#alone(async () => {
      this.#isLookWaiting = false;
      try {
        if (await this.#absorb()) this.#watcher?.changed();
        this.#tellBroken(undefined);
      } catch (error) {
        // Neither right nor wrong yet: the poll looks again.
        if (error instanceof Unsettled) return;
        this.#tellBroken(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #tellBroken(reason: string | undefined): void {
    if (reason === this.#broken) return;
    this.#broken = reason;
    this.#watcher?.broken(reason);
  }

  /**
   * Takes the file over if it was edited, once whoever edits it is done.
   * @returns true if it says otherwise than the database did
   * @throws FILE_INVALID
   * @throws Unsettled
   */
  async #absorb(): Promise<boolean> {
    if (holds(this.#file, noteIn(this.#database)?.hash)) return false;
    return this.#takeOver(await settled(this.#file, this.#pace));
  }

  /** @throws FILE_INVALID */
  async #takeOver(text: Text): Promise<boolean> {
    if (text.hash === noteIn(this.#database)?.hash) return false;
    const file = this.#parsed(text);
    refuseEmptied(this.#file.name, file, projectOf((await this.#database.load()).items));
    return this.#follow(file.project, text.hash);
  }

  /** Makes a commit of what the file with that hash says otherwise than the database. */
  async #follow(project: Project, hash: string): Promise<boolean> {
    const at = this.#now().toISOString();
    const action = noteIn(this.#database) === undefined ? 'file.read' : 'file.edit';
    const commit = commitOfEdit(await this.#database.load(), project, { at, action });
    if (commit !== undefined) return this.#commitWith(commit, { hash });
    setNote(this.#database, { hash });
    return false;
  }

  async #write(commit: Commit): Promise<boolean> {
    const text = this.#file.present();
    // Saved since it was looked at: what is there now was never compared with the database.
    if (text.hash !== noteIn(this.#database)?.hash) return false;
    const file = this.#parsed(text);
    const after = changed(file.project, commit.changes);
    const next = revise(this.#file.name, file, after, this.#parse);
    const hash = hashOf(next.text);
    if (hash === text.hash) return this.#database.commit(commit);
    const beside = this.#file.prepare(next.text);
    const note: Note = { hash, write: { before: text.hash, beside } };
    if (!this.#file.isStill(text) || !this.#commitWith(commit, note)) {
      this.#file.discard(beside);
      return false;
    }
    if (!this.#file.isStill(text)) {
      // Saved by somebody while the commit was being made: it is taken back, for their edit comes
      // first, and they may not be done with it.
      this.#file.discard(beside);
      await this.#follow(file.project, text.hash);
      return false;
    }
    this.#file.replace(beside);
    setNote(this.#database, { hash });
    this.#last = { hash, file: next };
    return true;
  }

  #commitWith(commit: Commit, note: Note): boolean {
    return this.#database.commitWithNote(commit, NOTE, JSON.stringify(note));
  }

  #parsed(text: Text): FlagsFile {
    if (this.#last?.hash === text.hash) return this.#last.file;
    const file = readFlags(this.#file.name, text.text, this.#parse);
    this.#last = { hash: text.hash, file };
    return file;
  }
}
