import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a');
});

afterEach(() => {
  space.remove();
});

const ROLLOUT = { id: 'rollout', when: [], rollout: { percent: 10 }, serve: { variant: 'on' } };

async function rules(key = 'a'): Promise<unknown> {
  return space.json(`rule list ${key}`);
}

test.each(['rollout 10% a', 'rollout a 10%', 'rollout 10 a', 'rollout a 10'])(
  '%s',
  async (argv) => {
    expect(await space.ok(argv)).toBe(
      'a serves on to 10% of users in production.\nIt was disabled; it is enabled now.\n',
    );
    expect(await rules()).toEqual([ROLLOUT]);
    expect(await space.json('get a')).toMatchObject({ enabled: true });
  },
);

test('a flag whose key is a number: the first operand is the percentage', async () => {
  await space.ok('create 20');
  expect(await space.ok('rollout 10 20')).toMatch(/^20 serves on to 10% of users/);
  expect(await space.ok('rollout 20 30%')).toMatch(/^20 serves on to 30% of users/);
});

test('the second time only the percentage changes', async () => {
  await space.ok('rollout 10% a');
  await space.ok('rule add a --when country=US --serve on');
  expect(await space.ok('rollout 50% a')).toBe(
    'a serves on to 50% of users in production, 10% before.\nDecided before it: 1 rule (ffctl get a).\n',
  );
  const when = [{ attribute: 'country', op: 'in', values: ['US'] }];
  expect(await rules()).toEqual([
    { id: 'r1', when, serve: { variant: 'on' } },
    { ...ROLLOUT, rollout: { percent: 50 } },
  ]);
});

test('nothing is written if nothing changes', async () => {
  await space.ok('rollout 10% a');
  const { version } = await space.json('get a');
  await space.ok('rollout 10% a');
  expect(await space.json('get a')).toMatchObject({ version });
});

test('what the flag served to everybody before is told', async () => {
  await space.ok('enable a');
  expect(await space.ok('rollout 10% a')).toBe(
    'a serves on to 10% of users in production.\n' +
      'Whoever no rule or target serves gets off now (on before).\n',
  );
});

test('who is inside can go by an attribute, and can get another variant', async () => {
  await space.ok('create color --variant blue=1 --variant red=2');
  const missing = await space.ff('rollout 5% color');
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.err).toMatch(
    /Say which variant of color is rolled out: --serve blue or --serve red\./,
  );
  await space.ok('target add color red u1');
  expect(await space.ok('rollout 5% color --serve red --by company')).toMatch(
    /^color serves red to 5% of what is in company in production\.\n.*\nDecided before it: its targets /,
  );
  await space.ok('rollout 6% color --serve blue --by team');
  expect(await rules('color')).toEqual([
    { ...ROLLOUT, rollout: { percent: 6, by: 'team' }, serve: { variant: 'blue' } },
  ]);
});

test('a rollout that was given conditions keeps them', async () => {
  await space.ok('rule add a --id rollout --when country=US --rollout 1% --serve on');
  expect(await space.ok('rollout 2% a')).toMatch(
    /^a serves on to 2% of users that the rule's conditions hold for in production, 1% before\./,
  );
});

test.each(['101% a', 'a b', '1.23456% a'])('rollout %s is wrong use', async (operands) => {
  expect(await space.ff(`rollout ${operands}`)).toMatchObject({ code: 2, out: '' });
});
