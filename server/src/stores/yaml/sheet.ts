import type { Json } from '@featureflags/core';
import type { ParsedNode } from 'yaml';

import { entryStart, isAfterBlank, isFirstInLine, lineStart } from './lines.ts';
import type { Layout } from './render.ts';

/** A stretch of the text and what comes in its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text that is edited. */
export interface Sheet {
  readonly text: string;
  readonly newline: string;
  readonly edits: Edit[];
  /** What the members of objects and lists are edited with, which may be objects and lists. */
  readonly editValue: (
    sheet: Sheet,
    node: ParsedNode,
    values: { before: Json; after: Json },
    spot: Spot,
  ) => void;
}

/** What becomes of a collection whose name in its parent is `name`. */
export interface Change<T extends Json> {
  readonly before: T;
  readonly after: T;
  readonly name: string;
  readonly layout: Layout;
}

/** Where in the file a value stands, and so how another one is put in its place. */
export type Spot =
  | { readonly kind: 'member'; readonly key: ParsedNode; readonly layout: Layout }
  | {
      readonly kind: 'item';
      readonly parent: string;
      readonly dash: number;
      readonly layout: Layout;
    }
  | { readonly kind: 'flow' };

/** The text after all edits. */
export function applyEdits({ text, newline, edits }: Sheet): string {
  const result = editedPart(text, edits, { start: 0, end: text.length });
  return newline === '\n' ? result : result.replaceAll(/\r?\n/g, newline);
}

/** A part of the text after the edits, all of which are inside of it. */
export function editedPart(
  text: string,
  edits: readonly Edit[],
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const ordered = edits.map((edit, index) => ({ ...edit, index }));
  // What is added where something else is taken away comes before it.
  ordered.sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  let [result, at] = ['', start];
  for (const edit of ordered) {
    result += text.slice(at, edit.start) + edit.text;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at, end);
}

/** A member of an object or an item of a list, with the lines that belong to it. */
export interface Entry {
  /** Of its key or its dash. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  readonly isKept: boolean;
}

/** Takes away the entries that are not kept; at least one is. */
export function removeEntries({ text, edits }: Sheet, entries: readonly Entry[]): void {
  const [first, kept] = [entries[0], entries.findIndex(({ isKept }) => isKept)];
  const start = first?.offset ?? 0;
  // After a dash, the first entry that stays moves up into the first one's place.
  const inline = isFirstInLine(text, start) ? 0 : kept;
  if (inline > 0) edits.push({ start, end: entries[inline]?.offset ?? start, text: '' });
  for (const entry of entries.slice(inline)) {
    if (entry.isKept) continue;
    edits.push({ start: withGap(text, entry.start, entry.end), end: entry.end, text: '' });
  }
}

/** The empty line above what goes, if another one or nothing follows. */
function withGap(text: string, start: number, end: number): number {
  const isGapBelow = end >= text.length || /^\r?\n/.test(text.slice(end, end + 2));
  return isGapBelow && isAfterBlank(text, start) ? lineStart(text, start - 1) : start;
}

/** Adds lines above the entry at `offset`; in the outermost object, below the file's first comment. */
export function addBefore(
  { text, edits }: Sheet,
  offset: number,
  lines: { readonly pad: string; readonly text: string },
): void {
  if (isFirstInLine(text, offset)) {
    const start = lines.pad === '' ? offset : entryStart(text, offset);
    edits.push({ start, end: start, text: `${lines.pad}${lines.text}\n` });
  } else edits.push({ start: offset, end: offset, text: `${lines.text}\n${lines.pad}` });
}

/** Adds lines below an entry that may be the last of a file without a line break at its end. */
export function addAfter(sheet: Sheet, end: number, text: string): void {
  const isOpen = end > 0 && sheet.text[end - 1] !== '\n';
  sheet.edits.push({ start: end, end, text: isOpen ? `\n${text.replace(/\n$/, '')}` : text });
}
