import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

/** Versions differ from run to run. */
function steady(text: string): string {
  return text.replace(/^(version +)\d+$/m, '$1N');
}

async function makeThree(): Promise<void> {
  await space.ok('create checkout --enabled --owner web --tag shop --tag pay');
  await space.ok('create search');
  await space.ok('rollout 10% search');
  await space.ok(['create', 'old', '--description', 'the old Checkout']);
}

test('the flags with their state', async () => {
  await makeThree();
  expect(steady(await space.ok('list')).split('\n')).toEqual([
    'FLAG      STATE  TYPE     RULES  OWNER  TAGS',
    'checkout  on     boolean  0      web    shop, pay',
    'search    10%    boolean  1',
    'old       off    boolean  0',
    '',
  ]);
});

const FILTERS: readonly [options: string, keys: string[]][] = [
  ['', ['checkout', 'search', 'old']],
  [' --tag pay', ['checkout']],
  [' --state on', ['checkout', 'search']],
  [' --state off', ['old']],
  [' --query checkout', ['checkout', 'old']],
  [' --archived', []],
];

test.each(FILTERS)('list%s', async (options, keys) => {
  await makeThree();
  const { flags } = await space.json<{ flags: { key: string }[] }>(`list${options}`);
  expect(flags.map(({ key }) => key)).toEqual(keys);
});

test('an empty list says what it means', async () => {
  await space.ok('create only');
  expect(await space.ok('list --tag x')).toBe(
    'No flag in production is like that. All flags: ffctl list\n',
  );
  expect(await space.ok('list --archived')).toBe('No flag is archived.\n');
  await space.ok('delete only');
  expect(await space.ok('list')).toBe('There are no flags yet. Make one: ffctl create my_flag\n');
  expect(await space.ok('list --archived')).toMatch(/^only +archived/m);
});

test('one flag on a page', async () => {
  await space.ok('create base --enabled');
  await space.ok(['create', 'page', '--description', 'A page', '--owner', 'web', '--tag', 'x']);
  await space.ok('env create staging');
  await space.ok('rollout 10% page');
  await space.ok('target add page on u1 u2');
  await space.ok([
    'rule',
    'add',
    'page',
    '--when',
    'country=US',
    '--serve',
    'on',
    '--description',
    'US first',
  ]);
  expect(steady(await space.ok('get page')).split('\n')).toEqual([
    'page: A page',
    'state     10% in production',
    'type      boolean',
    'variants  on, off',
    'disabled  serves off',
    'targets   on for u1 and u2',
    'default   off, whom no rule or target serves',
    'tags      x',
    'owner     web',
    'version   N',
    '',
    '#  RULE     WHEN           ROLLOUT  SERVE  DESCRIPTION',
    '1  r1       country is US           on     US first',
    '2  rollout  everybody      10%      on',
    '',
  ]);
});

test('a page shows what is out of the ordinary', async () => {
  const document = {
    flags: {
      base: { enabled: true },
      odd: {
        variants: { a: 1, b: 2 },
        off: 'a',
        default: 'b',
        requires: [{ flag: 'base', variants: ['on'] }],
        metadata: { ticket: 'W-1' },
        salt: 'other',
        environments: { staging: { enabled: true, off: 'a', default: 'b' } },
      },
    },
    environments: ['production', 'staging'],
  };
  await space.ok('import -', { readInput: () => Promise.resolve(JSON.stringify(document)) });
  const page = await space.ok('get odd --environment staging');
  expect(page).toMatch(/^state +b in staging$/m);
  expect(page).toMatch(/^variants +a = 1, b = 2$/m);
  expect(page).toMatch(/^requires +base is on$/m);
  expect(page).toMatch(/^metadata +\{"ticket":"W-1"\}$/m);
  expect(page).toMatch(/^salt +other$/m);
  expect(await space.ok('get odd')).toMatch(/^elsewhere +enabled in staging$/m);
});

test('YAML for programs', async () => {
  await space.ok('create a');
  expect(await space.ok('get a --yaml')).toMatch(/^key: a\ndescription: ""\n/);
});
