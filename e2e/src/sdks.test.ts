import { readdirSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ok } from './api.ts';
import { startFollower, type Follower, type Said } from './follow/follower.ts';
import { LANGUAGES, python, rust, typescript, type Language } from './languages.ts';
import { ffctl, type Command } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';

// Applications in three languages, each in a process of its own, against one real server.

const COMMANDS: Readonly<Record<Language, () => Command>> = {
  typescript: () => typescript('follow/follow.ts'),
  python: () => python('e2e/src/follow/follow.py'),
  rust: () => rust('follow'),
};
const FLAG = 'colour';
const CHANGES = 200;
const TARGET_MS = 100;

type Followers = Readonly<Record<string, Follower>>;

async function startAll(url: string, cache: string): Promise<Followers> {
  const started = LANGUAGES.map(async (language) => {
    const follower = await startFollower(COMMANDS[language](), { url, flag: FLAG, cache });
    return [language, follower] as const;
  });
  return Object.fromEntries(await Promise.all(started));
}

async function stopAll(followers: Followers): Promise<void> {
  await Promise.all(Object.values(followers).map(async (follower) => follower.stop()));
}

/** What each application serves, once all serve what the flag is now. */
async function allServe(followers: Followers, value: string): Promise<void> {
  for (const follower of Object.values(followers)) {
    await follower.says(serves(value), `that the flag serves ${value}`);
    expect((await follower.ask()).value).toBe(value);
  }
}

function serves(value: string): (said: Said) => boolean {
  return (said) => said.value === value;
}

async function serve(server: Server, value: string): Promise<number> {
  await ok(`${server.url}/flags/${FLAG}`, 'POST', {
    enabled: true,
    variants: { v: value },
    off: 'v',
    default: 'v',
  });
  return performance.timeOrigin + performance.now();
}

test('a change by ffctl reaches the SDK of each language', async () => {
  const server = await startServer();
  await ok(`${server.url}/flags/${FLAG}`, 'POST', {
    variants: { blue: 'blue', red: 'red', off: 'grey' },
    enabled: true,
    default: 'blue',
  });
  const followers = await startAll(server.url, newFolder());
  await allServe(followers, 'blue');
  for (const [words, value] of [
    [['disable', FLAG], 'grey'],
    [['enable', FLAG], 'blue'],
    [['set', FLAG, '--default', 'red'], 'red'],
  ] as const) {
    const { code, err } = await ffctl([...words], { FF_SERVER: server.url });
    expect([code, err]).toEqual([0, '']);
    await allServe(followers, value);
  }
  await stopAll(followers);
});

test(`${String(CHANGES)} changes, and the time until each SDK serves them`, async () => {
  const server = await startServer();
  await serve(server, 'first');
  const followers = await startAll(server.url, newFolder());
  const answered: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    answered.push(await serve(server, `value ${String(change)}`));
  }
  for (const [language, follower] of Object.entries(followers)) {
    await follower.says(serves(`value ${String(CHANGES - 1)}`), 'the last value');
    const times = answered.map((time, change) => servedAt(follower, change) - time);
    expect(times.filter(Number.isNaN)).toEqual([]);
    console.log(`${language}: ${percentiles(times)}; target p99 under ${String(TARGET_MS)} ms`);
  }
  await stopAll(followers);
});

/** When the SDK served the change, or one after it: two that come together are one swap. */
function servedAt({ said }: Follower, change: number): number {
  const wanted = new Set(
    Array.from({ length: CHANGES - change }, (_, index) => `value ${String(change + index)}`),
  );
  return said.find(({ value }) => wanted.has(String(value)))?.time ?? Number.NaN;
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${at(1)} ms after the answer`;
}

test('without the server the SDKs go on, also after a restart of the application', async () => {
  const server = await startServer();
  const cache = newFolder();
  await serve(server, 'kept');
  const followers = await startAll(server.url, cache);
  await allServe(followers, 'kept');
  server.kill('SIGKILL');
  await server.exit;
  for (const follower of Object.values(followers)) {
    expect(await follower.ask()).toMatchObject({ value: 'kept', reason: 'STATIC' });
  }
  await stopAll(followers);
  // Each language reads and writes the others' copy.
  expect(readdirSync(cache).filter((name) => !name.startsWith('.'))).toHaveLength(1);

  const restarted = await startAll(server.url, cache);
  await allServe(restarted, 'kept');

  const port = new URL(server.url).port;
  const again = await startServer({ folder: server.folder, options: ['--port', port] });
  await serve(again, 'new');
  await allServe(restarted, 'new');
  await stopAll(restarted);
});

test('a server on another file of data, at the same version, is not taken for the one before', async () => {
  const other = await startServer();
  await serve(other, 'other');
  const server = await startServer();
  await serve(server, 'first');
  const [one, two] = await Promise.all([other, server].map(async ({ url }) => versionOf(url)));
  expect(one).toBe(two);
  await other.stop();
  const followers = await startAll(server.url, newFolder());
  await allServe(followers, 'first');
  await server.stop();

  const port = new URL(server.url).port;
  await startServer({ folder: other.folder, options: ['--port', port] });
  await allServe(followers, 'other');
  await stopAll(followers);
});

async function versionOf(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/snapshot`);
  return ((await answer.json()) as { version: unknown }).version;
}
