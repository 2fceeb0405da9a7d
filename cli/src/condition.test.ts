import { OPERATOR_NAMES } from '@featureflags/core';
import { describe, expect, test } from 'vitest';
import { parseCondition, parseConditions } from './condition.ts';

const READ: readonly [text: string, condition: unknown][] = [
  ['country=US', { attribute: 'country', op: 'in', values: ['US'] }],
  ['country==US', { attribute: 'country', op: 'in', values: ['US'] }],
  [' country = US ', { attribute: 'country', op: 'in', values: ['US'] }],
  ['country=US,CA', { attribute: 'country', op: 'in', values: ['US', 'CA'] }],
  ['country=US, CA', { attribute: 'country', op: 'in', values: ['US', 'CA'] }],
  ['city="Paris, TX",Rome', { attribute: 'city', op: 'in', values: ['Paris, TX', 'Rome'] }],
  ['name=""', { attribute: 'name', op: 'in', values: [''] }],
  ['formula=a=b', { attribute: 'formula', op: 'in', values: ['a=b'] }],
  ['zip=007', { attribute: 'zip', op: 'in', values: ['007'] }],
  ['mark="~x"', { attribute: 'mark', op: 'in', values: ['~x'] }],
  ['app.plan-name=pro', { attribute: 'app.plan-name', op: 'in', values: ['pro'] }],
  ['country!=US', { attribute: 'country', op: 'not_in', values: ['US'] }],
  ['plan~=^pro', { attribute: 'plan', op: 'matches', values: ['^pro'] }],
  ['plan~=^a{1,3}$', { attribute: 'plan', op: 'matches', values: ['^a{1,3}$'] }],
  ['email$=@acme.com', { attribute: 'email', op: 'ends_with', values: ['@acme.com'] }],
  ['email^=x', { attribute: 'email', op: 'starts_with', values: ['x'] }],
  ['email*=x', { attribute: 'email', op: 'contains', values: ['x'] }],
  ['age>=18', { attribute: 'age', op: 'gte', values: [18] }],
  ['age>-1.5', { attribute: 'age', op: 'gt', values: [-1.5] }],
  ['age<=18', { attribute: 'age', op: 'lte', values: [18] }],
  ['age < 18', { attribute: 'age', op: 'lt', values: [18] }],
  ['city=New York', { attribute: 'city', op: 'in', values: ['New York'] }],
  ['city=Rio de Janeiro', { attribute: 'city', op: 'in', values: ['Rio de Janeiro'] }],
  ['place="here and there"', { attribute: 'place', op: 'in', values: ['here and there'] }],
  ['brand=AT&T,B&B', { attribute: 'brand', op: 'in', values: ['AT&T', 'B&B'] }],
  ['token=abc==', { attribute: 'token', op: 'in', values: ['abc=='] }],
  ['url=http://x/?a=1&b=2', { attribute: 'url', op: 'in', values: ['http://x/?a=1&b=2'] }],
  ['city in "New York",Rome', { attribute: 'city', op: 'in', values: ['New York', 'Rome'] }],
  ['segment:beta', { segment: 'beta', op: 'in_segment' }],
  ['!segment:beta', { segment: 'beta', op: 'not_in_segment' }],
  ['has:email', { attribute: 'email', op: 'exists' }],
  ['!has:email', { attribute: 'email', op: 'not_exists' }],
  ['version semver_gte 1.4.0', { attribute: 'version', op: 'semver_gte', values: ['1.4.0'] }],
  [
    'ip in_cidr 10.0.0.0/8,::1/128',
    { attribute: 'ip', op: 'in_cidr', values: ['10.0.0.0/8', '::1/128'] },
  ],
  ['plan not_matches a,b', { attribute: 'plan', op: 'not_matches', values: ['a,b'] }],
  ['age gte 18', { attribute: 'age', op: 'gte', values: [18] }],
  ['email exists', { attribute: 'email', op: 'exists' }],
  ['user not_in_segment beta', { segment: 'beta', op: 'not_in_segment' }],
  ['{"attribute":"a","op":"in","values":[1]}', { attribute: 'a', op: 'in', values: [1] }],
];

test.each(READ)('%s', (text, condition) => {
  expect(parseCondition(text)).toEqual(condition);
});

const REFUSED: readonly [text: string, message: RegExp][] = [
  ['', /"" is not a condition\. Expected one such as country=US/],
  ['foo', /"foo" is not a condition/],
  ['country in', /is not a condition/],
  ['country=', /country= has no value; for an empty one write country='""'\./],
  ['plan=~^pro', /can be read in two ways; write ~= for matches/],
  ['age=>18', /can be read in two ways; write >= for gte/],
  ['country in US CA', /has blanks in its values: separate values by commas/],
  [
    'country is US',
    /there is no operator is\. Expected one such as country=US.*ffctl rule add --help/,
  ],
  ['email exists now', /is not a condition/],
  ['age<old', /"old" is not a number/],
  ['{"attribute":', /is not JSON/],
  ['city="Paris', /begins with a double quote but is not a JSON string/],
];

const JOINED = [
  'country=US || plan=pro',
  'country=US AND plan=pro',
  'country=US or plan=pro',
  'country=US or CA',
  'country=US&&plan=pro',
  'country=US plan=pro',
  'country=US, plan!=pro',
  'plan~=^pro || country=US',
  'segment:beta OR plan=pro',
  'has:email || plan=pro',
  'email exists || plan=pro',
  'user in_segment beta and plan=pro',
];

test.each(JOINED)('%s is more than one condition', (text) => {
  expect(() => parseCondition(text)).toThrow(
    /write two --when, or && between them; either\/or needs two rules; quote the value if you mean it/,
  );
});

test.each(REFUSED)('%s is refused', (text, message) => {
  expect(() => parseCondition(text)).toThrow(message);
});

describe('every operator of the contract', () => {
  test.each(OPERATOR_NAMES)('%s can be written by its name', (op) => {
    expect(parseCondition(`thing ${op}${op.endsWith('exists') ? '' : ' 1'}`)).toMatchObject({ op });
  });
});

test('&& joins conditions, but not within JSON', () => {
  expect(parseConditions('plan=pro && segment:beta')).toEqual([
    { attribute: 'plan', op: 'in', values: ['pro'] },
    { segment: 'beta', op: 'in_segment' },
  ]);
  expect(parseConditions('a="x && y" && b=1')).toEqual([
    { attribute: 'a', op: 'in', values: ['x && y'] },
    { attribute: 'b', op: 'in', values: ['1'] },
  ]);
  const json = '{"attribute":"a","op":"in","values":["x && y"]}';
  expect(parseConditions(json)).toEqual([{ attribute: 'a', op: 'in', values: ['x && y'] }]);
});
