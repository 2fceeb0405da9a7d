import { describe, expect, test } from 'vitest';

import { TooLong } from './body.ts';
import { EventParser, type Said } from './sse.ts';

const event = (data: string, name = 'message', id = ''): Said => ({
  kind: 'event',
  name,
  data,
  id,
});

/** Every way of cutting the bytes into pieces of one size. */
function read(text: string, size: number): Said[] {
  const bytes = new TextEncoder().encode(text);
  const parser = new EventParser(1000);
  const said: Said[] = [];
  for (let at = 0; at < bytes.length; at += size)
    said.push(...parser.push(bytes.subarray(at, at + size)));
  return said;
}

// Cases after the standard's own examples and its grammar:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
const CASES: readonly (readonly [what: string, text: string, said: Said[]])[] = [
  ['several data lines', 'data: YHOO\ndata: +2\ndata: 10\n\n', [event('YHOO\n+2\n10')]],
  [
    'comments, ids that stay',
    ': test\n\ndata: a\nid: 1\n\ndata:b\nid\n\ndata:  c\n\n',
    [{ kind: 'comment' }, event('a', 'message', '1'), event('b'), event(' c')],
  ],
  ['data without colon', 'data\n\ndata\ndata\n\ndata:', [event(''), event('\n')]],
  ['one space alone is left out', 'data:x\n\ndata: x\n\n', [event('x'), event('x')]],
  [
    'names are forgotten after each',
    'event: a\ndata: 1\n\ndata: 2\n\nevent: b\n\ndata: 3\n\n',
    [event('1', 'a'), event('2'), event('3')],
  ],
  ['CR', 'data: 1\rdata: 2\r\rdata: 3\r\r', [event('1\n2'), event('3')]],
  ['CRLF', 'data: 1\r\ndata: 2\r\n\r\n', [event('1\n2')]],
  ['mixed', 'data: 1\r\ndata: 2\n\rdata: 3\r\n\n', [event('1\n2'), event('3')]],
  ['a byte order mark', '\uFEFFdata: 1\n\n', [event('1')]],
  ['characters of two to four bytes', 'data: é€😀\n\n', [event('é€😀')]],
  [
    'retry in digits only',
    'retry: 10\nretry: x\nretry: -1\nretry:\n\n',
    [{ kind: 'retry', time: 10 }],
  ],
  ['unknown fields', 'date: 1\n Data: 2\nDATA: 3\n\n', []],
  ['an id with a null is none', 'id: a\0b\ndata: 1\n\n', [event('1')]],
  ['an event that does not end', 'data: 1\n', []],
  ['nothing', '', []],
];

describe.each(CASES)('%s', (_, text, said) => {
  test.each([1, 2, 3, 5, 7, 1000])('in pieces of %i bytes', (size) => {
    expect(read(text, size)).toEqual(said);
  });
});

test.each([1, 10, 5000])('an event that is too long, in pieces of %i bytes', (size) => {
  expect(() => read(`data: ${'x'.repeat(1000)}`, size)).toThrow(TooLong);
  expect(() => read(`data: 1\n`.repeat(200), size)).toThrow('more than 1000 characters');
  expect(read(`data: ${'x'.repeat(900)}\n\n`.repeat(5), size)).toHaveLength(5);
});
