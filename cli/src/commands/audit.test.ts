import { openFile } from 'featureflags';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Workspace } from '../run.fixture.ts';

// On one server in the process: what a file remembers ends with each command.

let space: Workspace;
let server: Awaited<ReturnType<typeof openFile>>;
let ok: (argv: string) => Promise<string>;

beforeEach(async () => {
  space = workspace();
  server = await openFile(space.file);
  const fetch = async (request: Request): Promise<Response> => server.fetch(request);
  ok = (argv) => space.ok(argv, { fetch, env: { FF_FILE: '', FF_SERVER: 'http://localhost' } });
});

afterEach(async () => {
  await server.close();
  space.remove();
});

test('a file keeps no history', async () => {
  expect(await space.ff('audit')).toEqual({
    code: 2,
    out: '',
    err: 'ffctl: A file keeps no history; ask the server, or git.\n',
  });
});

test('a server shows when a flag was made, and refuses what it cannot read', async () => {
  expect(await ok('create a')).toMatch(/^created +\S+ \S+ UTC$/m);
  expect(await ok('list')).toMatch(/TAGS +CHANGED +EVALUATED\n/);
  await expect(ok('audit --limit abc')).rejects.toThrow(/ended with 2: .*limit/);
});

test('who changed what', async () => {
  await ok('create a');
  await ok('enable a');
  await ok('rule add a --when country=US --serve on');
  await ok('segment create beta');
  await ok('delete a --permanent --yes');
  const [header, ...rows] = (await ok('audit --limit 5')).trimEnd().split('\n');
  expect(header).toMatch(/^VERSION +WHEN \(UTC\) +WHO +WHAT +WHERE +CHANGED$/);
  const what = rows.map((row) => row.replace(/^\d+ +\S+ \S+ +/, '').replace(/ +/g, ' '));
  expect(what).toEqual([
    'ada flag.delete a deleted',
    'ada segment.save beta created',
    'ada flag.save a production rules',
    'ada flag.save a production enabled: false to true',
    'ada flag.save a production created',
  ]);
  expect(await ok('audit beta')).toMatch(/segment\.save beta/);
  expect(await ok('audit --kind segment --before 1')).toBe('There are no such changes.\n');
  expect(JSON.parse(await ok('audit --limit 1 --json'))).toMatchObject({
    entries: [{ actor: 'ada' }],
  });
});
