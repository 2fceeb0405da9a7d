import { isJsonObject, ownValue, type Json } from '@featureflags/core';
import type { ParsedNode, YAMLSeq } from 'yaml';

import { columnOf, contentEnd, entryEnd, entryStart, isFirstInLine } from './lines.ts';
import { itemText } from './render.ts';
import { same } from './same.ts';
import {
  addAfter,
  addBefore,
  editedPart,
  removeEntries,
  type Change,
  type Sheet,
} from './sheet.ts';

interface Item {
  readonly node: ParsedNode;
  readonly dash: number;
  readonly start: number;
  readonly end: number;
}

type ListChange = Change<readonly Json[]>;

/** Edits a list that has a dash for each item. Items that move take their comments along. */
export function editList(sheet: Sheet, list: YAMLSeq, change: ListChange): void {
  const items = itemsOf(sheet.text, list);
  const column = columnOf(sheet.text, (items[0] as Item).dash);
  const placed = { ...change, layout: { ...change.layout, column } };
  const origins = matchItems(change.before, change.after);
  const known = origins.filter((origin) => origin >= 0);
  const isInOrder = known.every((origin, index) => index === 0 || origin > (known[index - 1] ?? 0));
  if (isInOrder && known.length > 0) editInPlace(sheet, items, placed, origins);
  else rearrange(sheet, items, placed, origins);
}

function itemsOf(text: string, list: YAMLSeq): Item[] {
  const source = list.srcToken as { items: { start: { type: string; offset: number }[] }[] };
  return list.items.map((each, index) => {
    const node = each as ParsedNode;
    const dashes = source.items[index]?.start ?? [];
    const dash = dashes.find(({ type }) => type === 'seq-item-ind')?.offset ?? node.range[0];
    const start = isFirstInLine(text, dash) ? entryStart(text, dash) : dash;
    return { node, dash, start, end: entryEnd(text, contentEnd(text, node), columnOf(text, dash)) };
  });
}

/** For each item of `after` its place in `before`; -1 if it is new. */
function matchItems(before: readonly Json[], after: readonly Json[]): number[] {
  const free = new Set(before.keys());
  const origins = after.map(() => -1);
  const take = (isMatch: (one: Json, other: Json) => boolean): void => {
    for (const [index, item] of after.entries()) {
      if ((origins[index] ?? 0) >= 0) continue;
      const origin = [...free].find((each) => isMatch(before[each] as Json, item));
      if (origin === undefined) continue;
      origins[index] = origin;
      free.delete(origin);
    }
  };
  take(same);
  take((one, other) => same(withoutId(one), withoutId(other)));
  take((one, other) => labelOf(one) !== undefined && same(labelOf(one), labelOf(other)));
  if (before.length === after.length) {
    for (const [index, origin] of origins.entries()) {
      if (origin < 0 && free.has(index)) origins[index] = index;
    }
  }
  return origins;
}

/** A rule that moves may have to say its id, which was clear from its place before. */
function withoutId(item: Json): Json {
  if (!isJsonObject(item)) return item;
  return Object.fromEntries(Object.entries(item).filter(([field]) => field !== 'id'));
}

/** What makes an item the same one although it changes. */
function labelOf(item: Json): Json | undefined {
  if (!isJsonObject(item)) return undefined;
  return ['id', 'name', 'variant', 'flag', 'attribute']
    .map((field) => ownValue(item, field))
    .find((label) => label !== undefined);
}

function editInPlace(
  sheet: Sheet,
  items: readonly Item[],
  change: ListChange,
  origins: readonly number[],
): void {
  const entries = items.map(({ dash, start, end }, index) => {
    return { offset: dash, start, end, isKept: origins.includes(index) };
  });
  removeEntries(sheet, entries);
  const pad = ' '.repeat(change.layout.column);
  let last: Item | undefined;
  for (const [index, origin] of origins.entries()) {
    const [item, after] = [items[origin], change.after[index] as Json];
    last = item ?? last;
    if (item !== undefined) {
      editItem(sheet, item, { before: change.before[origin] as Json, after }, change);
      continue;
    }
    const text = itemText(change.name, after, change.layout);
    const first = items[0] as Item;
    if (last !== undefined) addAfter(sheet, last.end, `${pad}${text}\n`);
    else addBefore(sheet, first.dash, { pad, text });
  }
}

function editItem(
  sheet: Sheet,
  { node, dash }: Item,
  values: { before: Json; after: Json },
  { name, layout }: ListChange,
): void {
  sheet.editValue(sheet, node, values, { kind: 'item', parent: name, dash, layout });
}

/** Writes the items one after the other in their new order, each as it was, comments included. */
function rearrange(
  sheet: Sheet,
  items: readonly Item[],
  change: ListChange,
  origins: readonly number[],
): void {
  const pad = ' '.repeat(change.layout.column);
  const blocks = origins.map((origin, index) => {
    const [item, after] = [items[origin], change.after[index] as Json];
    if (item === undefined) return `${pad}${itemText(change.name, after, change.layout)}\n`;
    const own: Sheet = { ...sheet, edits: [] };
    editItem(own, item, { before: change.before[origin] as Json, after }, change);
    const block = editedPart(own.text, own.edits, item);
    const whole = isFirstInLine(sheet.text, item.dash) ? block : pad + block;
    return whole.endsWith('\n') ? whole : `${whole}\n`;
  });
  const [first, last] = [items[0] as Item, items.at(-1) as Item];
  const isInline = !isFirstInLine(sheet.text, first.dash);
  const isOpen = sheet.text[last.end - 1] !== '\n';
  const text = blocks.join('').slice(isInline ? pad.length : 0);
  const fitting = isOpen ? text.replace(/\r?\n$/, '') : text;
  sheet.edits.push({ start: first.start, end: last.end, text: fitting });
}
