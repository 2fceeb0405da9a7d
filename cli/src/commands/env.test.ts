import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a --enabled');
});

afterEach(() => {
  space.remove();
});

test('environments come and go', async () => {
  expect(await space.ok('env create staging')).toBe(
    'Environment staging is made, every flag is off in it.\n',
  );
  expect(await space.ok('env create copy --copy-of production')).toBe(
    'Environment copy is made, with all flags as in production.\n',
  );
  expect(await space.json('get a -e staging')).toMatchObject({ enabled: false });
  expect(await space.json('get a -e copy')).toMatchObject({ enabled: true });
  expect(await space.ok('env list')).toMatch(
    /^ENVIRONMENT  VERSION\nproduction +\d+\nstaging +\d+\ncopy +\d+\n$/,
  );
  expect(await space.ok('env delete staging --yes')).toBe('Environment staging is deleted.\n');
  expect(await space.ff('list -e staging')).toMatchObject({ code: 3 });
});

test.each([
  ['env delete production', 2],
  ['env delete nowhere --yes', 3],
  ['env create production', 4],
  ['env create x --copy-of nowhere', 3],
])('%s is refused', async (argv, code) => {
  expect(await space.ff(argv)).toMatchObject({ code, out: '' });
});
