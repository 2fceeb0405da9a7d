import { openFile } from 'featureflags';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspace, type Ran, type Workspace } from './run.fixture.ts';

let space: Workspace;
let server: Awaited<ReturnType<typeof openFile>>;

beforeEach(async () => {
  space = workspace();
  await space.ok('create a');
  server = await openFile(space.file);
});

afterEach(async () => {
  await server.close();
  space.remove();
});

async function post(path: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await server.fetch(new Request(`http://localhost/${path}`, request));
  expect(response.status).toBe(200);
}

/** Runs a command while others change the flag just before each of its first `times` writes. */
async function raced(argv: string, times: number): Promise<Ran & { writes: number }> {
  let writes = 0;
  const fetch = async (request: Request): Promise<Response> => {
    if (request.method === 'POST') {
      writes += 1;
      if (writes <= times) await post('flags/a', { description: `edit ${String(writes)}` });
    }
    return server.fetch(request);
  };
  const env = { FF_FILE: '', FF_SERVER: 'http://localhost' };
  return { ...(await space.ff(argv, { fetch, env })), writes };
}

test('who was overtaken tries again, and keeps what the other did', async () => {
  expect(await raced('rule add a --when x=1 --serve on', 3)).toMatchObject({ code: 0, writes: 4 });
  expect(await space.json('get a')).toMatchObject({ description: 'edit 3', rules: [{ id: 'r1' }] });
});

test('who is overtaken each time says so', async () => {
  expect(await raced('enable a', 99)).toEqual({
    code: 4,
    out: '',
    writes: 4,
    err:
      'ffctl: a was changed by others each of the 4 times this was tried, and is as they left it. ' +
      'Run the command again.\n',
  });
  expect(await space.json('get a')).toMatchObject({ enabled: false });
});
