import {
  readDefinition,
  type FlagDefinition,
  type Issue,
  type JsonObject,
  type Project,
} from '@featureflags/core';
import { isMap, type ParsedNode, type YAMLMap } from 'yaml';

import { changesBetween } from './difference.ts';
import { keyText, readYaml, type YamlDocument } from './document.ts';
import { editText } from './edit.ts';
import { columnOf, contentEnd, entryEnd, entryStart, isFirstInLine } from './lines.ts';
import { rewriteFlag } from './rewrite-flag.ts';
import { same } from './same.ts';

/** The lines of each flag: from `start` up to `end`. */
export type Outline = ReadonlyMap<string, { readonly start: number; readonly end: number }>;

/** A flags file that can be used. */
export interface FlagsFile {
  readonly text: string;
  readonly project: Project;
  readonly outline: Outline | undefined;
}

/** More changed flags than this are faster edited in the whole file. */
const MAX_ENTRIES = 20;
/** Text whose end depends on the empty lines that follow it. */
const KEEPS_LINES = /[|>]\d?\+/;

/** Undefined if the flags do not have lines of their own. */
export function outlineOf({ root, text }: YamlDocument): Outline | undefined {
  const pairs = isMap(root) ? root.items : [];
  const flags = pairs.find(({ key }) => keyText(key) === 'flags')?.value;
  if (!isMap(flags) || flags.flow === true) return undefined;
  const outline = new Map<string, { start: number; end: number }>();
  for (const { key, value } of (flags as YAMLMap<ParsedNode, ParsedNode | null>).items) {
    const [offset] = key.range;
    if (!isFirstInLine(text, offset) || value === null) return undefined;
    const end = entryEnd(text, contentEnd(text, value), columnOf(text, offset));
    outline.set(keyText(key) ?? '', { start: entryStart(text, offset), end });
  }
  return outline;
}

/**
 * Edits single flags without reading the rest of the file, which takes 0.1 ms for each flag that
 * there is. What a flag's lines say does not depend on the lines around them.
 * @returns undefined if this change needs the whole file
 */
export function reviseEntries(file: FlagsFile, after: Project): FlagsFile | undefined {
  const changes = changesBetween(file.project, after);
  if (changes.length > MAX_ENTRIES) return undefined;
  if (
    !changes.every(
      ({ kind, before, after: next }) => kind === 'flag' && before !== null && next !== null,
    )
  ) {
    return undefined;
  }
  let { text, outline } = file;
  for (const { key } of changes) {
    const range = outline?.get(key);
    if (outline === undefined || range === undefined) return undefined;
    const lines = reviseLines(text.slice(range.start, range.end), key, file.project, after);
    if (lines === undefined) return undefined;
    text = text.slice(0, range.start) + lines + text.slice(range.end);
    outline = shifted(outline, range.start, lines.length - (range.end - range.start));
  }
  return { text, outline, project: after };
}

function shifted(outline: Outline, start: number, by: number): Outline {
  const move = (offset: number): number => (offset > start ? offset + by : offset);
  return new Map(
    Array.from(outline, ([key, range]) => [
      key,
      { start: move(range.start), end: move(range.end) },
    ]),
  );
}

/** The lines of one flag, read as a file of their own before and after. */
function reviseLines(
  lines: string,
  key: string,
  before: Project,
  after: Project,
): string | undefined {
  const head = lines.includes('\r\n') ? 'flags:\r\n' : 'flags:\n';
  const [was, is] = [before.flags[key], after.flags[key]];
  const document = readYaml(head + lines);
  const written = writtenIn(document, key);
  if (was === undefined || is === undefined || written === undefined) return undefined;
  if (KEEPS_LINES.test(lines) || !says(document, key, before)) return undefined;
  const flag = rewriteFlag({ key, written, before: was, after: is });
  const text = editText(document, { flags: { [key]: flag } });
  return says(readYaml(text), key, after) ? text.slice(head.length) : undefined;
}

function writtenIn({ value, faults }: YamlDocument, key: string): JsonObject | undefined {
  const flags = value['flags'] as JsonObject | undefined;
  const isAlone = faults.length === 0 && flags !== undefined && same(Object.keys(flags), [key]);
  return isAlone ? (flags[key] as JsonObject) : undefined;
}

function says(document: YamlDocument, key: string, { flags, environments }: Project): boolean {
  const written = writtenIn(document, key);
  if (written === undefined || Object.keys(document.value).length !== 1) return false;
  const issues: Issue[] = [];
  const found = readDefinition({ path: '', issues }, key, written, environments);
  return issues.length === 0 && isSameFlag(found, flags[key]);
}

function isSameFlag(one: FlagDefinition | undefined, other: FlagDefinition | undefined): boolean {
  return same(one as unknown as JsonObject, other as unknown as JsonObject);
}
