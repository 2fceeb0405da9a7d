import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create limit --variant low=1 --variant high=100');
});

afterEach(() => {
  space.remove();
});

test('add, set, list and remove', async () => {
  await space.ok('variant add limit middle=10');
  await space.ok('variant set limit high=200');
  expect(await space.ok('variant list limit')).toBe(
    'VARIANT  VALUE\nlow      1\nhigh     200\nmiddle   10\n',
  );
  expect(await space.ok('variant remove limit middle')).toBe(
    'VARIANT  VALUE\nlow      1\nhigh     200\n',
  );
  expect(await space.json('variant list limit')).toEqual([
    { name: 'low', value: 1 },
    { name: 'high', value: 200 },
  ]);
});

test('all that serves a variant is named', async () => {
  await space.ok('rule add limit --when k=1 --serve high=1,low=1');
  await space.ok('rule add limit --when k=2 --serve high');
  await space.ok('target add limit high u1');
  expect(await space.ff('variant remove limit high')).toEqual({
    code: 4,
    out: '',
    err:
      'ffctl: high is still served by targets, rule r1, rule r2 of limit in production. ' +
      'Nothing was changed.\n',
  });
});

test('what serves it in another environment is named', async () => {
  await space.ok('env create staging');
  await space.ok('variant add limit most=9');
  await space.ok('rule add limit --when k=1 --serve most -e staging');
  expect(await space.ff('variant remove limit most')).toEqual({
    code: 4,
    out: '',
    err:
      'ffctl: most is still served by /environments/staging/rules/0/serve/variant. ' +
      'Nothing was changed.\n',
  });
});

const REFUSED: readonly [argv: string, code: number, message: RegExp][] = [
  [
    'variant add limit low=2',
    4,
    /limit has a variant low already\. Change its value: ffctl variant set limit low=2/,
  ],
  ['variant add limit most=x', 2, /The flag's type is number; "x" is not a number/],
  ['variant add limit most', 2, /"most" is not a variant: expected NAME=VALUE/],
  ['variant set limit most=2', 3, /limit has no variant most; its variants are: low, high\./],
  ['variant remove limit most', 3, /limit has no variant most/],
  ['variant remove limit low', 4, /low is still served by off, default of limit in production/],
  ['variant remove one x', 2, /one needs at least one variant/],
];

test.each(REFUSED)('%s is refused', async (argv, code, message) => {
  await space.ok('create one --variant x=1');
  const ran = await space.ff(argv);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});
