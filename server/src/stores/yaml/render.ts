import { isJsonObject, type Json, type JsonObject } from '@featureflags/core';

import { scalarText } from './scalar.ts';

/** Lines that people write are not longer than this. */
const WIDTH = 90;
/** YAML ends a key without `?` after 1,024 characters. */
const LONGEST_KEY = 1000;
/** The fields whose object stands on the field's own line if there is room. */
const ONE_LINE: ReadonlySet<string> = new Set(['when', 'targets', 'rollout', 'serve']);
/** The lists whose objects take several lines each: one reads a rule field by field. */
const ITEM_BLOCKS: ReadonlySet<string> = new Set(['rules']);

/** The objects whose members stand apart from each other. */
export const SPACED: ReadonlySet<string> = new Set(['flags', 'segments']);

/** Where something is written. */
export interface Layout {
  /** The column of the key, or of the item's dash. */
  readonly column: number;
  /** How much further in what belongs to it stands. */
  readonly step: number;
}

/** `key: value`, from the key on; later lines begin at the start of the line. */
export function pairText(key: string, value: Json, layout: Layout): string {
  const name = scalarText(key);
  if (name.length <= LONGEST_KEY) return `${name}:${tailText(key, value, layout)}`;
  const pad = ' '.repeat(layout.column);
  return `? ${name}\n${pad}:${tailText(key, value, layout)}`;
}

/** What stands after `key:`. */
export function tailText(key: string, value: Json, layout: Layout): string {
  const room = WIDTH - layout.column - key.length - 2;
  const isFlow = isJsonObject(value) ? ONE_LINE.has(key) && isFlat(value) : isFlat(value);
  if (!isBlock(value) || (isFlow && flowText(value).length <= room)) return ` ${flowText(value)}`;
  const column = layout.column + layout.step;
  return `\n${blockText(key, value, { ...layout, column })}`;
}

/** `- value`, from the dash on. */
export function itemText(parent: string, value: Json, layout: Layout): string {
  const room = WIDTH - layout.column - 2;
  const isFlow = isFlat(value) && !ITEM_BLOCKS.has(parent);
  if (!isBlock(value) || (isFlow && flowText(value).length <= room)) return `- ${flowText(value)}`;
  // What follows the dash stands two columns further in, whatever the file's step is.
  const column = layout.column + 2;
  return `- ${blockText('', value, { ...layout, column }).slice(column)}`;
}

/** A list or an object over several lines, the first one indented as well. */
export function blockText(parent: string, value: Json, layout: Layout): string {
  const pad = ' '.repeat(layout.column);
  const lines = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => pad + itemText(parent, item, layout))
    : Object.entries(value as JsonObject).map(([name, each]) => pad + pairText(name, each, layout));
  return lines.join(SPACED.has(parent) ? '\n\n' : '\n');
}

/** A value on one line, as it may stand inside brackets. */
export function flowText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(flowText).join(', ')}]`;
  if (!isJsonObject(value)) return scalarText(value);
  const members = Object.entries(value).map(
    ([name, each]) => `${flowKey(name)}: ${flowText(each)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function flowKey(name: string): string {
  const text = scalarText(name);
  return text.length <= LONGEST_KEY ? text : `? ${text} `;
}

function isBlock(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** True if it holds nothing but scalars and lists of scalars. */
function isFlat(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(
    (each) => !isBlock(each) || (isJsonObject(value) && isScalarList(each)),
  );
}

function isScalarList(value: Json): boolean {
  return Array.isArray(value) && !(value as readonly Json[]).some(isBlock);
}
