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

async function ids(): Promise<unknown[]> {
  const rules = await space.json<{ id: string }[]>('rule list a');
  return rules.map(({ id }) => id);
}

test('a rule, and that it serves nobody yet', async () => {
  expect(await space.ok('rule add a --when country=US --serve on')).toBe(
    'Added rule r1 (1 of 1) to a in production: country is US → on\n' +
      'a is disabled in production, so the rule serves nobody yet. Enable it: ffctl enable a\n',
  );
  expect(await space.json('rule list a')).toEqual([
    {
      id: 'r1',
      when: [{ attribute: 'country', op: 'in', values: ['US'] }],
      serve: { variant: 'on' },
    },
  ]);
});

test('all that a rule can have', async () => {
  await space.ok('enable a');
  const argv = 'rule add a --when country=US --when age>=18 --serve on=1,off=3 --rollout 25%';
  expect(await space.ok(`${argv} --by company --id early --description why`)).toBe(
    'Added rule early (1 of 1) to a in production: country is US and age >= 18, ' +
      '25% by company of them → on 25%, off 75% by company\n' +
      'Whoever no rule or target serves gets off now (on before).\n',
  );
  expect(await space.json('rule list a')).toEqual([
    {
      id: 'early',
      description: 'why',
      when: [
        { attribute: 'country', op: 'in', values: ['US'] },
        { attribute: 'age', op: 'gte', values: [18] },
      ],
      rollout: { percent: 25, by: 'company' },
      serve: {
        split: [
          { variant: 'on', weight: 1 },
          { variant: 'off', weight: 3 },
        ],
        by: 'company',
      },
    },
  ]);
});

test('before the rollout for everybody, unless another place is named', async () => {
  await space.ok('rollout 10% a');
  for (const options of [
    '--id b',
    '--id c',
    '--id d --at first',
    '--id e --at last',
    '--id f --at 2',
  ]) {
    await space.ok(`rule add a --when x=1 --serve on ${options}`);
  }
  expect(await ids()).toEqual(['d', 'f', 'b', 'c', 'rollout', 'e']);
});

test('a rule that nobody gets to is told', async () => {
  await space.ok('rule add a --serve on');
  expect(await space.ok('rule add a --when x=1 --serve off')).toContain(
    'Rule r1 comes before it and serves everybody, so this one serves nobody: ffctl rule move a r2 --to first\n',
  );
});

test('rules are listed in their order, in words', async () => {
  expect(await space.ok('rule list a')).toBe(
    'a has no rules in production. Add one: ffctl rule add a --when country=US --serve on\n',
  );
  await space.ok('segment create beta');
  await space.ok('rule add a --when segment:beta --serve on --rollout 5%');
  await space.ok('rule add a --serve off --description rest');
  expect(await space.ok('rule list a')).toBe(
    '#  RULE  WHEN             ROLLOUT  SERVE  DESCRIPTION\n' +
      '1  r1    in segment beta  5%       on\n' +
      '2  r2    everybody                 off    rest\n' +
      'Whoever none of them serves gets off. a is disabled in production: nobody is served yet.\n',
  );
});

test('moving', async () => {
  for (const id of ['x', 'y', 'z'])
    await space.ok(`rule add a --when k=${id} --serve on --id ${id}`);
  await space.ok('rule move a z --to first');
  expect(await ids()).toEqual(['z', 'x', 'y']);
  expect(await space.ok('rule move a z --to 2')).toMatch(/^#.*\n1 +x.*\n2 +z.*\n3 +y/);
  await space.ok('rule move a z --to 2');
  await space.ok('rule move a x --to last');
  expect(await ids()).toEqual(['z', 'y', 'x']);
});

test('removing', async () => {
  await space.ok('rule add a --when k=1 --serve on');
  await space.ok('rule add a --when k=2 --serve on');
  expect(await space.ok('rule remove a r1')).toBe('Removed rule r1 from a in production.\n');
  await space.ok('enable a');
  expect(await space.ok('rule remove a r2')).toBe(
    'Removed rule r2 from a in production.\n' +
      'Whoever no rule or target serves gets on now (off before).\n',
  );
});

const REFUSED: readonly [argv: string, code: number, message: RegExp][] = [
  ['rule add a --when country=US', 2, /required option '--serve <variant>' not specified/],
  ['rule add a --when country --serve on', 2, /"country" is not a condition/],
  ['rule add a --serve on --by company', 2, /--by says what a share goes by/],
  ['rule add a --serve on --rollout 200%', 2, /is not a percentage/],
  ['rule add a --serve on --id r1', 2, /a has a rule r1 already.*ffctl rule remove a r1/],
  ['rule add a --serve on --at 9', 2, /"9" is no place in the list/],
  ['rule add a --serve blue', 3, /no variant "blue"/],
  ['rule add a --serve on --when segment:none', 3, /no segment "none"/],
  ['rule add a --serve on --when age>=old', 2, /"old" is not a number/],
  ['rule add a --serve on --when {"attribute":"a","op":"is"}', 2, /"is" is not an operator/],
  ['rule add nope --serve on', 3, /There is no flag "nope"/],
  ['rule remove a r9', 3, /a has no rule r9 in production; its rules are: r1\./],
  ['rule move a r9 --to 1', 3, /a has no rule r9/],
  ['rule move a r1 --to 2', 2, /expected first, last or 1/],
  ['rule remove b r1', 3, /b has no rule r1 in production; it has no rules\./],
];

test.each(REFUSED)('%s is refused', async (argv, code, message) => {
  await space.ok('create b');
  await space.ok('rule add a --when k=1 --serve on');
  const ran = await space.ff(argv);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});
