import { isJsonObject, type Json, type JsonObject } from '@featureflags/core';
import { isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';

import { keyText, type YamlDocument } from './document.ts';
import { editList } from './edit-list.ts';
import { editMembers } from './edit-members.ts';
import { contentEnd } from './lines.ts';
import { blockText, flowText, itemText, tailText } from './render.ts';
import { same } from './same.ts';
import { scalarText, type Quotes } from './scalar.ts';
import { applyEdits, type Sheet, type Spot } from './sheet.ts';

/**
 * The text that says `value`: what stays the same stays byte for byte. It is for the caller to
 * check that it does say it: YAML has more corners than these edits know.
 */
export function editText(document: YamlDocument, value: JsonObject): string {
  const { text, root } = document;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const layout = { column: 0, step: stepOf(root) };
  const sheet: Sheet = { text, newline, edits: [], editValue };
  if (isMap(root) && root.flow !== true && root.items.length > 0) {
    editMembers(sheet, root, { before: document.value, after: value, name: '', layout });
  } else {
    const [start, end] = root === undefined ? [text.length, text.length] : root.range;
    const isOnNewLine = start === 0 || text[start - 1] === '\n';
    const block = `${isOnNewLine ? '' : '\n'}${blockText('', value, layout)}\n`;
    sheet.edits.push({ start, end, text: block });
  }
  return applyEdits(sheet);
}

/** How far this file indents. */
function stepOf(root: ParsedNode | undefined): number {
  const pairs = isMap(root) ? root.items : [];
  const inner = pairs
    .map(({ value }) => value)
    .find((value) => isMap(value) && value.flow !== true);
  const token = (inner as YAMLMap.Parsed | undefined)?.srcToken as { indent?: number } | undefined;
  return token?.indent === undefined || token.indent === 0 ? 2 : token.indent;
}

/** Makes the node say `after`. */
function editValue(
  sheet: Sheet,
  node: ParsedNode,
  { before, after }: { before: Json; after: Json },
  spot: Spot,
): void {
  if (same(before, after)) return;
  const isFlow = 'flow' in node && node.flow;
  if (isFlow && editFlowMembers(sheet, node, before, after)) return;
  if (!isFlow && spot.kind !== 'flow') {
    const name = spot.kind === 'item' ? spot.parent : (keyText(spot.key) ?? '');
    const { step } = spot.layout;
    if (isMap(node) && isJsonObject(after) && isJsonObject(before) && shareMembers(before, after)) {
      editMembers(sheet, node, { before, after, name, layout: { column: 0, step } });
      return;
    }
    if (isSeq(node) && isFilled(after) && Array.isArray(after) && Array.isArray(before)) {
      editList(sheet, node, { before, after, name, layout: { column: 0, step } });
      return;
    }
  }
  if (!editScalar(sheet, node, after)) replaceValue(sheet, node, after, spot);
}

/** An object of which nothing stays is written anew. */
function shareMembers(before: JsonObject, after: JsonObject): boolean {
  return Object.keys(after).some((name) => Object.hasOwn(before, name));
}

function isFilled(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Inside brackets only values change in place; another set of members is written anew. */
function editFlowMembers(sheet: Sheet, node: ParsedNode, before: Json, after: Json): boolean {
  if (!isMap(node) || !isJsonObject(before) || !isJsonObject(after)) return false;
  const names = node.items.map(({ key }) => keyText(key) ?? '');
  if (!same(names.toSorted(), Object.keys(after).toSorted())) return false;
  if (node.items.some(({ value }) => value === null)) return false;
  for (const [index, { value }] of node.items.entries()) {
    const name = names[index] as string;
    const values = { before: before[name] as Json, after: after[name] as Json };
    editValue(sheet, value as ParsedNode, values, { kind: 'flow' });
  }
  return true;
}

const QUOTES: Readonly<Record<string, Quotes>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
};

/** A scalar in the place of a scalar, quoted alike. */
function editScalar(sheet: Sheet, node: ParsedNode, after: Json): boolean {
  if (!isScalar(node) || (typeof after === 'object' && after !== null)) return false;
  const [start, end] = node.range;
  const quotes = QUOTES[(node as Scalar).type ?? ''];
  if (quotes === undefined || start === end) return false;
  sheet.edits.push({ start, end, text: scalarText(after, quotes) });
  return true;
}

function replaceValue(sheet: Sheet, node: ParsedNode, after: Json, spot: Spot): void {
  const end = contentEnd(sheet.text, node);
  if (spot.kind === 'flow') {
    sheet.edits.push({ start: node.range[0], end, text: flowText(after) });
  } else if (spot.kind === 'item') {
    sheet.edits.push({ start: spot.dash, end, text: itemText(spot.parent, after, spot.layout) });
  } else {
    const tail = tailText(keyText(spot.key) ?? '', after, spot.layout);
    sheet.edits.push({ start: spot.key.range[1], end, text: `:${tail}` });
  }
}
