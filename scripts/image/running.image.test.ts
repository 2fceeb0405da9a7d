import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ROOT } from '../root.ts';
import { nameOf, NATIVE, type Kind } from './build.ts';
import { freePort, startContainer, type Container } from './container.ts';
import { ask, attempt } from './engine.ts';
import { firstAnswers } from './first-answer.ts';

// The images as people run them. `make image-test` builds them before.

const USER = 65_532;
const KINDS: readonly Kind[] = ['server', 'slim'];
const QUESTION = '/evaluate?flag=new_checkout&user_id=123';

let work: string;
const ids: string[] = [];

beforeAll(() => {
  work = mkdtempSync(join(ROOT, '.cache/containers/test-'));
});
afterEach(() => {
  for (const id of ids.splice(0)) ask('podman', 'rm', '--force', '--volumes', '--time', '0', id);
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** A folder of this machine for /data. */
function folder(name: string, owner: number): string {
  const path = join(work, name);
  mkdirSync(path);
  chownSync(path, owner, owner);
  return path;
}

async function started(...words: Parameters<typeof startContainer>): Promise<Container> {
  const container = await startContainer(...words);
  ids.push(container.id);
  return container;
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what}: not within 15 s`);
}

test('the command of the docs: it shows a token, and the demo answers with it', async () => {
  const port = await freePort();
  const flags = folder('flags', 0);
  chmodSync(flags, 0o1777);
  const place = ['--publish', `127.0.0.1:${port}:8080`, '--volume', `${flags}:/data`];
  const id = ask('podman', 'run', '--detach', ...place, nameOf('server', NATIVE));
  ids.push(id);
  const url = `http://localhost:${port}`;
  const token = await until(async () => {
    const { out } = attempt('podman', 'logs', id);
    return Promise.resolve(/"token":"(ff_admin_[\w-]+)"/.exec(out)?.[1]);
  }, 'a token in the log');
  expect((await fetch(url + QUESTION)).status).toBe(401);
  const create = ['exec', '--env', `FF_TOKEN=${token}`, id, 'ffctl', 'create', 'new_checkout'];
  expect(ask('podman', ...create)).toContain('new_checkout');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(url + QUESTION, { headers });
  expect(await answer.json()).toMatchObject({ flag: 'new_checkout', enabled: false });
  expect(ask('podman', 'top', id, 'user', 'huser', 'pid')).toMatch(/65532\s+1$/m);
});

describe.each(KINDS)('%s', (kind) => {
  const image = nameOf(kind, NATIVE);

  test('SIGTERM ends it with 0, and what was written is there for the next one', async () => {
    const data = ['--volume', `${folder(`kept-${kind}`, USER)}:/data`];
    const first = await started(image, data);
    await first.ask('/flags/new_checkout', { enabled: true });
    expect(first.stop()).toBe(0);
    expect(attempt('podman', 'logs', first.id).out).toContain('"signal":"SIGTERM"');
    const second = await started(image, data);
    expect(await second.ask(QUESTION)).toContain('"enabled":true');
  });

  test('what an anonymous volume keeps is there after a restart of the container', async () => {
    const container = await started(image);
    await container.ask('/flags/new_checkout', { enabled: true });
    ask('podman', 'restart', '--time', '10', container.id);
    const answer = await until(
      async () => container.ask(QUESTION).catch(() => undefined),
      'an answer after the restart',
    );
    expect(answer).toContain('"enabled":true');
  });

  test('a user of one’s own needs no more than a folder of its own', async () => {
    const data = folder(`own-${kind}`, 1234);
    const words = ['--user', '1234:1234', '--volume', `${data}:/data`];
    const container = await started(image, words);
    await container.ask('/flags/new_checkout', { enabled: true });
    expect(container.stop()).toBe(0);
  });

  test('a folder that it cannot write stops the start, and it says what to do', () => {
    const data = folder(`foreign-${kind}`, 0);
    const run = ['run', '--rm', '--volume', `${data}:/data`, '--env', 'FF_LOG_LEVEL=error', image];
    const { code, out, err } = attempt('podman', ...run);
    expect(code).toBe(1);
    expect(out + err).toMatch(/\/data.*65532/);
    expect(out + err).toMatch(/chown/);
    expect(out + err).not.toMatch(/\n\s+at /);
  });

  test('its health check asks the server, and fails where none answers', async () => {
    const container = await started(image);
    const check = (): number => attempt('podman', 'healthcheck', 'run', container.id).code;
    expect(check()).toBe(0);
    const alone = ['run', '--rm', '--network', 'none', image, 'health'];
    expect(attempt('podman', ...alone)).toMatchObject({ code: 5 });
  });

  test('there is no shell to be had', async () => {
    const { id } = await started(image);
    expect(attempt('podman', 'exec', id, 'sh', '-c', 'true').code).toBe(127);
  });
});

test('the YAML store keeps flags.yml in /data', async () => {
  const data = folder('yaml', USER);
  const words = ['--volume', `${data}:/data`, '--env', 'FLAGS_PATH=/data/flags.yml'];
  const container = await started(nameOf('server', NATIVE), words);
  await container.ask('/flags/new_checkout', { enabled: true });
  const list = ['exec', container.id, 'ffctl', 'list', '--json', '--file', '/data/flags.yml'];
  expect(ask('podman', ...list)).toContain('new_checkout');
});

// There is an emulator of arm64 on amd64 only.
test.runIf(NATIVE === 'amd64')('the image for arm64 answers, emulated', async () => {
  expect(await firstAnswers(nameOf('server', 'arm64'), 1)).toHaveLength(1);
});
