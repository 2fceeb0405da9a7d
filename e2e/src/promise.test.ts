import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { cleanEnvironment, ffctl, run, type Ran } from './programs.ts';
import { startServer, type Server } from './server.ts';

// The first promise, with the programs that people use: curl and ffctl. It never breaks.

let server: Server;

beforeAll(async () => {
  const { code } = await run(['curl', '--version']).catch(() => ({ code: 127 }));
  if (code !== 0) throw new Error('curl is needed for these tests: apt-get install curl');
});

/** Runs curl on a path of the server; the body comes first, then the status on a line of its own. */
async function curl(path: string, ...options: string[]): Promise<{ status: number; body: Body }> {
  const words = ['curl', '--silent', '--show-error', '--write-out', '\n%{http_code}'] as const;
  const { code, out, err } = await run([...words, ...options, `${server.url}${path}`]);
  if (code !== 0) throw new Error(`curl: ${err}`);
  const [, text = '', status] = /^([^]*)\n(\d+)$/.exec(out) ?? [];
  return { status: Number(status), body: (text === '' ? {} : JSON.parse(text)) as Body };
}

type Body = Record<string, unknown>;

async function ff(...words: string[]): Promise<Ran> {
  return ffctl(words, { ...(cleanEnvironment() as object), FF_SERVER: server.url });
}

function json(fields: object): string[] {
  return ['--header', 'content-type: application/json', '--data', JSON.stringify(fields)];
}

describe('half a minute with ffctl and curl', () => {
  test('create, evaluate, roll out, target, evaluate again', async () => {
    server = await startServer({ launch: 'ffctl serve' });
    expect((await ff('create', 'new_checkout')).code).toBe(0);
    expect((await ff('enable', 'new_checkout')).code).toBe(0);
    const on = await curl('/evaluate?flag=new_checkout&user_id=123');
    expect(on).toMatchObject({ status: 200, body: { flag: 'new_checkout', enabled: true } });

    expect((await ff('rollout', 'new_checkout', '10%')).code).toBe(0);
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, user) =>
        curl(`/evaluate?flag=new_checkout&user_id=${String(user)}`),
      ),
    );
    const enabled = answers.filter(({ body }) => body['enabled'] === true).length;
    expect(enabled).toBeGreaterThan(0);
    expect(enabled).toBeLessThan(15);
    const out = answers.findIndex(({ body }) => body['enabled'] === false);

    const rule = ['rule', 'add', 'new_checkout', '--when', 'country=US', '--serve', 'on'];
    expect((await ff(...rule)).code).toBe(0);
    const user = `flag=new_checkout&user_id=${String(out)}`;
    expect((await curl(`/evaluate?${user}&country=US`)).body).toMatchObject({
      enabled: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
    });
    expect((await curl(`/evaluate?${user}&country=DE`)).body).toMatchObject({ enabled: false });

    const evaluated = await ff(
      'evaluate',
      'new_checkout',
      '--user',
      String(out),
      '--attr',
      'country=US',
    );
    expect(evaluated).toMatchObject({ code: 0, err: '' });
    expect(evaluated.out).toMatch(/^true\n/);
    const explained = await ff(
      'explain',
      'new_checkout',
      '--user',
      String(out),
      '--attr',
      'country=DE',
    );
    expect(explained.out).toMatch(/country/);
    expect((await ff('list')).out).toContain('new_checkout');
    expect(await server.stop()).toBe(0);
  });
});

describe('with curl alone', () => {
  beforeAll(async () => {
    server = await startServer({ launch: 'featureflags' });
  });
  afterEach(async () => {
    await curl('/flags/demo?permanent=true', '--request', 'DELETE');
  });

  test('POST /flags/{key} creates and changes, GET reads, DELETE archives', async () => {
    const created = await curl('/flags/demo', ...json({ description: 'first' }));
    expect(created).toMatchObject({ status: 201, body: { key: 'demo', enabled: false } });
    const changed = await curl('/flags/demo', ...json({ enabled: true }));
    expect(changed).toMatchObject({ status: 200, body: { enabled: true, description: 'first' } });
    const all = await curl('/flags');
    expect(all.body['flags']).toMatchObject([{ key: 'demo', enabled: true }]);
    expect((await curl('/flags?q=other')).body['flags']).toEqual([]);
    expect((await curl('/flags/demo', '--request', 'DELETE')).body).toMatchObject({
      archived: true,
    });
    expect(await curl('/evaluate?flag=demo')).toMatchObject({ status: 404 });
    expect((await curl('/flags')).body['flags']).toEqual([]);
    expect((await curl('/flags?archived=true')).body['flags']).toMatchObject([{ key: 'demo' }]);
  });

  test('an empty body creates a flag that is off', async () => {
    const created = await curl('/flags/demo', '--request', 'POST');
    expect(created).toMatchObject({ status: 201, body: { enabled: false, type: 'boolean' } });
    expect((await curl('/evaluate?flag=demo')).body).toMatchObject({
      enabled: false,
      value: false,
      reason: 'DISABLED',
    });
  });

  test('If-Match guards against lost updates', async () => {
    const { body } = await curl('/flags/demo', ...json({}));
    const mine = `If-Match: "${String(body['version'])}"`;
    await curl('/flags/demo', ...json({ description: 'theirs' }));
    const lost = await curl('/flags/demo', '--header', mine, ...json({ description: 'mine' }));
    expect(lost).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT', current: { description: 'theirs' } },
    });
    const version = await curl('/flags/demo', ...json({ description: 'mine', version: 1 }));
    expect(version.status).toBe(412);
    expect((await curl('/flags/demo')).body).toMatchObject({ description: 'theirs' });
  });

  test('GET and POST /evaluate say the same, and explain it', async () => {
    const rules = [{ when: { country: 'US' }, serve: 'on' }];
    await curl('/flags/demo', ...json({ enabled: true, rules }));
    const got = await curl('/evaluate?flag=demo&user_id=u1&country=US&explain=true');
    const context = { user_id: 'u1', country: 'US' };
    const posted = await curl('/evaluate', ...json({ flag: 'demo', context, explain: true }));
    expect(got).toEqual(posted);
    expect(got.body).toMatchObject({
      flag: 'demo',
      enabled: true,
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      ruleId: expect.stringMatching(/./) as string,
      version: expect.any(Number) as number,
      trace: expect.arrayContaining([{ step: 1, outcome: 'found' }]) as unknown[],
    });
  });

  test('problems have a code and a request id, and no stack', async () => {
    const { status, body } = await curl('/evaluate?flag=gone');
    expect(status).toBe(404);
    expect(body).toEqual({
      type: 'urn:featureflags:problem:FLAG_NOT_FOUND',
      title: expect.stringMatching(/./) as string,
      status: 404,
      detail: expect.stringContaining('"gone"') as string,
      code: 'FLAG_NOT_FOUND',
      requestId: expect.stringMatching(/./) as string,
    });
  });
});
