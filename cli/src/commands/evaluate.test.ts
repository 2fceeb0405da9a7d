import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a --enabled');
  await space.ok('rule add a --when country=US --serve on');
  await space.ok('rule add a --when age>=18 --when tags=x --serve on');
  await space.ok('rollout 10% a');
});

afterEach(() => {
  space.remove();
});

test('the value, then why', async () => {
  const out = await space.ok('evaluate a --user 123 --attr country=US');
  expect(out).toMatch(/^true\nvariant on, reason TARGETING_MATCH, rule r1, version \d+\n$/);
  const answer = await space.json('evaluate a --user 124');
  expect(answer).toMatchObject({
    flag: 'a',
    enabled: false,
    value: false,
    variant: 'off',
    reason: 'DEFAULT',
  });
  expect(answer).not.toHaveProperty('trace');
});

test.each([
  ['--attr age:=18 --attr tags:=["x"]', true],
  ['--attr age=18 --attr tags=x', true],
  ['--context {"country":"US"}', true],
  ['--context {"country":"US"} --attr country=FR', false],
  ['--context @context.json', true],
  ['--context -', true],
  ['', false],
])('a context: %s', async (options, enabled) => {
  writeFileSync(join(space.folder, 'context.json'), '{"country":"US","user_id":"7"}');
  const argv = `evaluate a --json ${options}`.trim();
  const out = await space.ok(argv, { readInput: () => Promise.resolve('{"country":"US"}') });
  expect(JSON.parse(out)).toMatchObject({ enabled });
});

test('off is no failure, unless it is asked for', async () => {
  expect(await space.ff('evaluate a --user 124')).toMatchObject({ code: 0 });
  const off = await space.ff('evaluate a --user 124 --exit-code');
  expect(off).toMatchObject({ code: 10, err: '' });
  expect(off.out).toMatch(/^false\n/);
  expect(await space.ff('evaluate a --attr country=US --exit-code')).toMatchObject({ code: 0 });
});

test('why, step by step', async () => {
  const out = await space.ok('explain a --user 124 --attr age=20');
  expect(out.replace(/version \d+/, 'version N').split('\n')).toEqual([
    'a is false for 124 in production',
    '(variant off, reason DEFAULT, version N)',
    '',
    '✓ The flag is there.',
    '✓ It is enabled.',
    '✗ Rule r1 does not apply:',
    '  ✗ country is US: there is no country',
    '✗ Rule r2 does not apply:',
    '  ✓ age >= 18: it is "20"',
    '  ✗ tags is x: there is no tags',
    '✗ Rule rollout does not apply:',
    '  ✓ It has no conditions: everybody.',
    expect.stringMatching(/^ {2}✗ rollout to 10%: targetingKey "124" is at [\d.]+%, outside$/),
    '✓ No rule applies: the default serves.',
    '',
  ]);
  expect(await space.ok('explain a')).toMatch(
    /^a is false for somebody without a key in production\n/,
  );
  expect(await space.json('explain a --user 1')).toHaveProperty('trace');
});

const REFUSED: readonly [argv: string, code: number, message: RegExp][] = [
  ['evaluate none', 3, /none/],
  ['evaluate a --attr country', 2, /"country" is not an attribute: expected NAME=VALUE/],
  ['evaluate a --attr age:=x', 2, /The value of --attr age:=x is not JSON/],
  ['evaluate a --context [1]', 2, /--context must be a JSON object/],
  ['evaluate a --context {', 2, /--context { is not JSON/],
  ['evaluate a --context @none.json', 2, /There is no file none\.json/],
  ['evaluate a --context @.', 2, /\. cannot be read/],
  ['evaluate a --context {"targetingKey":[]}', 1, /targeting key must be a string/],
];

test.each(REFUSED)('%s is refused', async (argv, code, message) => {
  const ran = await space.ff(argv);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});
