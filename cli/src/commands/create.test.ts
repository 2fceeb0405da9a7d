import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

test('a boolean flag, off, and what to do next', async () => {
  const out = await space.ok(['create', 'new_checkout', '--description', 'New checkout']);
  expect(out).toMatch(/^new_checkout: New checkout\nstate +off in production\ntype +boolean\n/);
  expect(out).toMatch(
    /\nNext: ffctl enable new_checkout for everybody, ffctl rollout 10% new_checkout for some\.\n$/,
  );
});

test('a flag that is there is left alone', async () => {
  await space.ok(['create', 'a', '--description', 'first']);
  const { code, out, err } = await space.ff(['create', 'a', '--description', 'second']);
  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(err).toBe(
    'ffctl: There is a flag a already; it was not changed. Look at it: ffctl get a\n',
  );
  expect(await space.json('get a')).toMatchObject({ description: 'first' });
});

test('an archived flag is not made anew, and nothing but restore changes it', async () => {
  await space.ok('create a');
  await space.ok('delete a');
  const commands = [
    'create a',
    'enable a',
    'disable a',
    'toggle a',
    'rollout 10% a',
    'set a --owner x',
  ];
  for (const command of [...commands, 'rule add a --serve on']) {
    expect(await space.ff(command)).toEqual({
      code: 4,
      out: '',
      err: 'ffctl: a is archived: ffctl restore a brings it back.\n',
    });
  }
  for (const command of ['evaluate a', 'explain a']) {
    const { code, err } = await space.ff(command);
    expect([code, err]).toEqual([3, 'ffctl: a is archived: ffctl restore a brings it back.\n']);
  }
});

const MADE: readonly [argv: string, fields: object][] = [
  ['create a', { type: 'boolean', enabled: false, default: { variant: 'on' }, off: 'off' }],
  ['create a --enabled', { enabled: true }],
  ['create a --type boolean --owner web --tag x --tag y', { owner: 'web', tags: ['x', 'y'] }],
  ['create a --default off', { default: { variant: 'off' } }],
  [
    'create a --variant blue=#00f --variant red=#f00',
    {
      type: 'string',
      off: 'blue',
      default: { variant: 'blue' },
      variants: [
        { name: 'blue', value: '#00f' },
        { name: 'red', value: '#f00' },
      ],
    },
  ],
  [
    'create a --variant low=1 --variant high=2 --default high --off low',
    { type: 'number', off: 'low', default: { variant: 'high' } },
  ],
  ['create a --variant low=1 --variant off=0', { off: 'off', default: { variant: 'low' } }],
  ['create a --variant on=1 --variant off=0', { off: 'off', default: { variant: 'on' } }],
  ['create a --variant x={"a":1}', { type: 'object', variants: [{ name: 'x', value: { a: 1 } }] }],
  [
    'create a --type string --variant x=1',
    { type: 'string', variants: [{ name: 'x', value: '1' }] },
  ],
];

test.each(MADE)('%s', async (argv, fields) => {
  expect(await space.json(argv)).toMatchObject(fields);
  expect(await space.json('get a')).toMatchObject(fields);
});

test('what comes next fits the flag', async () => {
  expect(await space.ok('create a --enabled')).toMatch(/\nNext: ffctl evaluate a --user 123\n$/);
  expect(await space.ok('create b --variant x=1 --environment production')).toContain(
    'ffctl rollout 10% b --serve VARIANT --environment production for some.',
  );
});

const REFUSED: readonly [argv: string, code: number, message: RegExp][] = [
  ['create a --type number', 2, /A number flag needs its values: add --variant NAME=VALUE/],
  ['create a --type json', 2, /"json" is not a flag type/],
  ['create a --variant blue', 2, /"blue" is not a variant: expected NAME=VALUE/],
  ['create a --type number --variant x=y', 2, /The flag's type is number; "y" is not a number/],
  ['create a%b', 2, /"a%b" is not a key/],
  ['create a --default maybe', 3, /no variant "maybe"; the flag has: on, off/],
  ['set a', 2, /Nothing to set: give --description/],
  ['set a --owner web', 3, /There is no flag "a"/],
];

test.each(REFUSED)('%s is refused', async (argv, code, message) => {
  await space.ok('create other');
  const ran = await space.ff(argv);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});

test('set changes what is named, and nothing else', async () => {
  await space.ok('create a --owner web --tag x');
  const out = await space.ok([
    'set',
    'a',
    '--description',
    'Words',
    '--tag',
    '',
    '--default',
    'off',
  ]);
  expect(out).toMatch(/^a: Words\n/);
  expect(await space.json('get a')).toMatchObject({
    description: 'Words',
    owner: 'web',
    tags: [],
    default: { variant: 'off' },
  });
});
