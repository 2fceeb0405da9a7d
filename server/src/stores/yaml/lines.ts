import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';

/** The end of what a node says: no comment, no line break. */
export function contentEnd(text: string, node: ParsedNode): number {
  if (isScalar(node) && node.type?.startsWith('BLOCK') === true) {
    const end = node.range[1];
    return text[end - 1] === '\n' ? end - (text[end - 2] === '\r' ? 2 : 1) : end;
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return last === undefined ? node.range[1] : contentEnd(text, last);
  }
  if (!isMap(node) || node.flow === true) return node.range[1];
  const last = node.items.at(-1);
  if (last === undefined) return node.range[1];
  return contentEnd(text, last.value ?? last.key);
}

/** The start of the line that `offset` is in. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the line after the one that `offset` is in. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

export function columnOf(text: string, offset: number): number {
  const column = offset - lineStart(text, offset);
  return text.startsWith('\uFEFF') && column === offset ? column - 1 : column;
}

/** True if nothing but spaces stands before `offset` in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  return /^\uFEFF? *$/.test(text.slice(lineStart(text, offset), offset));
}

/** The start of the lines of an entry at `offset`, with the comments right above it. */
export function entryStart(text: string, offset: number): number {
  const column = columnOf(text, offset);
  let start = lineStart(text, offset);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!new RegExp(`^ {${String(column)}}#`).test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** The end of the lines of an entry, with the comments below it that stand further in. */
export function entryEnd(text: string, content: number, column: number): number {
  let end = nextLine(text, content);
  let at = end;
  while (at < text.length) {
    const next = nextLine(text, at);
    const line = text.slice(at, next);
    const comment = /^( *)#/.exec(line);
    if (comment !== null && (comment[1] as string).length > column) end = next;
    else if (line.trim() !== '') break;
    at = next;
  }
  return end;
}

/** True if the line before the one that starts at `start` is empty. */
export function isAfterBlank(text: string, start: number): boolean {
  return start > 0 && text.slice(lineStart(text, start - 1), start).trim() === '';
}
