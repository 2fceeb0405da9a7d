import type { NotedStore } from '../store.ts';

/** What the database notes on the file, in the same transaction as the commit. */
export interface Note {
  /** Of the text that says what the database says. */
  readonly hash: string;
  /** A write is under way: the text was `before`, and the new one waits in `beside`. */
  readonly write?: { readonly before: string; readonly beside: string };
}

export const NOTE = 'file';

/** Undefined if no file was read yet. */
export function noteIn(database: NotedStore): Note | undefined {
  const text = database.note(NOTE);
  return text === undefined ? undefined : (JSON.parse(text) as Note);
}

export function setNote(database: NotedStore, note: Note): void {
  database.setNote(NOTE, JSON.stringify(note));
}
