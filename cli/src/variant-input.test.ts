import { expect, test } from 'vitest';
import { parsePair, parseType, parseVariants, readValue } from './variant-input.ts';

test.each([
  [['blue=#00f', 'red=#f00'], 'string', ['#00f', '#f00']],
  [['low=1', 'high=2.5'], 'number', [1, 2.5]],
  [['low=1', 'high=many'], 'string', ['1', 'many']],
  [['yes=true', 'no=false'], 'boolean', [true, false]],
  [['a={"x":1}'], 'object', [{ x: 1 }]],
  [['a=[1]'], 'string', ['[1]']],
  [['a=null'], 'string', ['null']],
  [['a='], 'string', ['']],
])('the type of %j is %s', (texts, type, values) => {
  const read = parseVariants(texts, undefined);
  expect(read.type).toBe(type);
  expect(read.variants.map(({ value }) => value)).toEqual(values);
});

test('a type that is given decides', () => {
  expect(parseVariants(['a=1'], 'string').variants).toEqual([{ name: 'a', value: '1' }]);
  expect(() => readValue('x', 'number')).toThrow(/type is number; "x" is not a number such as 2.5/);
  expect(() => readValue('[1]', 'object')).toThrow(/is not a JSON object such as/);
});

test('names', () => {
  expect(parsePair('a=b=c', 'x')).toEqual(['a', 'b=c']);
  expect(() => parsePair('=b', 'a pair')).toThrow('"=b" is not a pair.');
  expect(parseType('object')).toBe('object');
  expect(() => parseType('json')).toThrow(
    /"json" is not a flag type; expected boolean, string, number, object/,
  );
});
