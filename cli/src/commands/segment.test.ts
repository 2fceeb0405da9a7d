import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

test('a segment from its beginning to its end', async () => {
  const create = ['segment', 'create', 'beta', '--description', 'Friends'];
  const groups = ['--any', 'plan=pro && country=US', '--any', 'email$=@acme.com'];
  const made = await space.ok([...create, ...groups]);
  expect(made).toMatch(
    /^beta: Friends\nand whoever +plan is pro and country is US, or email ends with @acme\.com\n/,
  );
  expect(made).toMatch(/\nNext: ffctl rule add FLAG --when segment:beta --serve on\n$/);
  await space.ok('segment include beta u1,u2');
  expect(await space.ok('segment exclude beta u2 u3')).toMatch(
    /^includes +u1\nexcludes +u2 and u3$/m,
  );
  await space.ok('segment include beta u3');
  await space.ok('segment exclude beta u2 --remove');
  expect(await space.json('segment get beta')).toMatchObject({
    include: ['u1', 'u3'],
    exclude: [],
  });
  const [header, row] = (await space.ok('segment list')).split('\n');
  expect(header).toMatch(/^SEGMENT +INCLUDES +EXCLUDES +AND WHOEVER +DESCRIPTION$/);
  expect(row).toMatch(/^beta +2 users +0 users +plan is pro and .* ends with @acme\.com +Friends$/);
  await space.ok('segment set beta --clear --description None');
  expect(await space.json('segment get beta')).toMatchObject({ any: [], description: 'None' });
  await space.ok('segment set beta --any plan=pro');
  expect(await space.ok('segment get beta')).toMatch(/^and whoever +plan is pro$/m);
  expect(await space.ok('segment delete beta --yes')).toBe('Segment beta is deleted.\n');
  expect(await space.ok('segment list')).toBe(
    'There are no segments yet. Make one: ffctl segment create beta\n',
  );
});

const REFUSED: readonly [argv: string, code: number, message: RegExp][] = [
  ['segment create a%b', 2, /is not a key/],
  ['segment set beta --any ip~=(', 2, /does not compile/],
  ['segment create beta', 4, /exists already/],
  ['segment get none', 3, /no segment "none"/],
  ['segment include none u1', 3, /no segment "none"/],
  ['segment set beta', 2, /Nothing to set: give --description, --any or --clear/],
  ['segment set beta --any a=1 --clear', 2, /--any and --clear exclude each other/],
  ['segment delete beta', 2, /Deletes the segment beta .* add --yes/],
  ['segment delete beta --yes', 4, /beta/],
  ['segment delete none --yes', 3, /no segment "none"/],
];

test.each(REFUSED)('%s is refused', async (argv, code, message) => {
  await space.ok('create a');
  await space.ok('segment create beta');
  await space.ok('rule add a --when segment:beta --serve on');
  const ran = await space.ff(argv);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});
