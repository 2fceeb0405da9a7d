import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ROOT } from '../root.ts';
import { VERSION } from './build.ts';
import { freePort } from './container.ts';
import { attempt, ENGINE_ENV } from './engine.ts';

// deploy/compose.yaml with the image that `make image-test` has built; only the port is another.

const PROGRAM = join(ROOT, '.venv-deploy/bin/podman-compose');
const TOKEN = 'a-token-of-forty-characters-for-the-test';
const EXAMPLE = readFileSync(join(ROOT, 'deploy/compose.yaml'), 'utf8');

let folder: string;
let url: string;

function compose(...words: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(PROGRAM, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...ENGINE_ENV },
  });
  return { code: status, text: stdout + stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(ROOT, '.cache/containers/compose-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const text = EXAMPLE.replace('127.0.0.1:8080:', `127.0.0.1:${port}:`).replace(
    'name: featureflags',
    `name: ${project()}`,
  );
  writeFileSync(join(folder, 'compose.yaml'), text);
  writeFileSync(join(folder, '.env'), `FF_ADMIN_TOKEN=${TOKEN}\n`);
});
afterAll(() => {
  compose('down', '--volumes');
  rmSync(folder, { recursive: true, force: true });
});

async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url + path, { headers }).catch(() => undefined);
  return response?.status ?? 0;
}

test('compose up: it answers with the token, is healthy, and keeps what was written', async () => {
  expect(EXAMPLE).toContain(`featureflags/server:${VERSION}`);
  expect(compose('up', '--detach')).toMatchObject({ code: 0 });
  await answering();
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  expect(await statusOf('/flags')).toBe(401);
  expect(await statusOf('/flags', headers)).toBe(200);
  await fetch(`${url}/flags/kept`, { method: 'POST', headers, body: '{"enabled":true}' });
  const check = attempt('podman', 'healthcheck', 'run', `${project()}_featureflags_1`);
  expect(check.code).toBe(0);
  expect(compose('down')).toMatchObject({ code: 0 });
  expect(compose('up', '--detach')).toMatchObject({ code: 0 });
  await answering();
  expect(await statusOf('/flags/kept', headers)).toBe(200);
});

/** What is made by Compose is named after the project. */
function project(): string {
  return `featureflags-test-${new URL(url).port}`;
}

async function answering(): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(50)) {
    if ((await statusOf('/health')) === 200) return;
  }
  throw new Error(`no answer within 15 s: ${compose('logs').text}`);
}
