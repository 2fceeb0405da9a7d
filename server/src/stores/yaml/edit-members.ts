import { ownValue, type Json, type JsonObject } from '@featureflags/core';
import type { ParsedNode, YAMLMap } from 'yaml';

import { keyText } from './document.ts';
import {
  columnOf,
  contentEnd,
  entryEnd,
  entryStart,
  isAfterBlank,
  isFirstInLine,
} from './lines.ts';
import { pairText, SPACED } from './render.ts';
import { addAfter, addBefore, removeEntries, type Change, type Sheet } from './sheet.ts';

interface Member {
  readonly name: string;
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
  readonly start: number;
  readonly end: number;
  readonly isKept: boolean;
}

/** Edits the members of an object that has a line for each. */
export function editMembers(sheet: Sheet, map: YAMLMap, change: Change<JsonObject>): void {
  const members = map.items.map((pair) => memberOf(sheet.text, pair, change.after));
  const first = members[0] as Member;
  const column = columnOf(sheet.text, first.key.range[0]);
  const placed = { ...change, layout: { ...change.layout, column } };
  for (const member of members) {
    if (member.isKept) editMember(sheet, member, placed);
  }
  removeMembers(sheet, members);
  addMembers(sheet, members, placed);
}

function memberOf(text: string, pair: { key: unknown; value: unknown }, after: JsonObject): Member {
  const [key, value] = [pair.key as ParsedNode, pair.value as ParsedNode | null];
  const name = keyText(key) ?? '';
  const [start] = key.range;
  const isWhole = isFirstInLine(text, start);
  return {
    name,
    key,
    value,
    start: isWhole ? entryStart(text, start) : start,
    end: entryEnd(text, contentEnd(text, value ?? key), columnOf(text, start)),
    isKept: Object.hasOwn(after, name),
  };
}

function editMember(
  sheet: Sheet,
  member: Member,
  { before, after, layout }: Change<JsonObject>,
): void {
  const { name, key, value } = member;
  // A key alone, without a colon, is left to the whole flag's being written anew.
  if (value === null) return;
  const values = { before: ownValue(before, name) as Json, after: after[name] as Json };
  sheet.editValue(sheet, value, values, { kind: 'member', key, layout });
}

function removeMembers(sheet: Sheet, members: readonly Member[]): void {
  const entries = members.map(({ key, start, end, isKept }) => {
    return { offset: key.range[0], start, end, isKept };
  });
  removeEntries(sheet, entries);
}

function addMembers(
  sheet: Sheet,
  members: readonly Member[],
  { after, name, layout }: Change<JsonObject>,
): void {
  const pad = ' '.repeat(layout.column);
  const known = new Map(members.map((member) => [member.name, member]));
  const gap = SPACED.has(name) && areSpaced(sheet.text, members) ? '\n' : '';
  let last: Member | undefined;
  for (const [key, value] of Object.entries(after)) {
    const member = known.get(key);
    last = member ?? last;
    if (member !== undefined) continue;
    const text = pairText(key, value, layout);
    if (last === undefined) addBefore(sheet, (members[0] as Member).key.range[0], { pad, text });
    else addAfter(sheet, last.end, `${gap}${pad}${text}\n`);
  }
}

function areSpaced(text: string, members: readonly Member[]): boolean {
  return members.length < 2 || isAfterBlank(text, (members.at(-1) as Member).start);
}
