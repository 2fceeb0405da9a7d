import { openFile } from 'featureflags';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ran, workspace, type Ran, type Workspace } from '../run.fixture.ts';

// On one server in the process, whose clock is the real one: what is new was never unused for long.

let space: Workspace;
let server: Awaited<ReturnType<typeof openFile>>;
let ff: (...argv: string[]) => Promise<Ran>;

beforeEach(async () => {
  space = workspace();
  server = await openFile(space.file);
  const fetch = async (request: Request): Promise<Response> => server.fetch(request);
  ff = (...argv) => ran(argv, { fetch, env: { LANG: 'C.UTF-8', FF_SERVER: 'http://localhost' } });
  await ff('create', 'used', '--enabled');
  await ff('create', 'idle');
  await ff('evaluate', 'used');
  await ff('evaluate', 'used');
  await ff('explain', 'idle', '--user', 'ann');
});

afterEach(async () => {
  await server.close();
  space.remove();
});

const CAUTION =
  'Only what was counted is known here: clients report evaluations with their option events.';

/** Waits until the server's clock has gone on: what is of this very moment is not older. */
async function unused(): Promise<Ran> {
  for (;;) {
    const answer = await ff('list', '--unused', '0s');
    if (/^idle /m.test(answer.out)) return answer;
  }
}

test('the flags that nobody was counted to ask for', async () => {
  const { code, out } = await unused();
  expect(code).toBe(0);
  expect(out).toMatch(/^idle .* never$/m);
  expect(out.endsWith(`\n\n${CAUTION}\n`)).toBe(true);
  expect(await ff('list', '--unused', '30d')).toMatchObject({
    code: 0,
    out: 'No flag in production is like that. All flags: ffctl list\n',
  });
});

test('a flag on its page: when and how often it was evaluated', async () => {
  expect((await ff('get', 'used')).out).toMatch(
    /^evaluated +last \d{4}-\d\d-\d\d \d\d:\d\d UTC, on 2 times$/m,
  );
  expect((await ff('get', 'idle')).out).toMatch(
    /^evaluated +never, as far as the server was told$/m,
  );
  expect((await ff('list')).out).toMatch(/^used .*\d\d:\d\d {2}\d{4}-\d\d-\d\d \d\d:\d\d$/m);
});

test('wrong use', async () => {
  const { code, err } = await ff('list', '--unused', 'a month');
  expect(code).toBe(2);
  expect(err).toContain('expected a time such as 30d, 12h or 2w, got "a month"');
  expect(await space.ff('list --unused 30d')).toEqual({
    code: 2,
    out: '',
    err: 'ffctl: A file does not count evaluations: ask a server for --unused.\n',
  });
});
