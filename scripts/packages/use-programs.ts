import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { check, type Results } from './checks.ts';
import { output, type Command } from './command.ts';
import { emptyPlace, type EmptyPlace } from './place.ts';
import { answerOf, serve, stop, valueOf, type Served } from './served.ts';

// The two programs as strangers get them: by npx, on Node alone, with an empty cache and no network.

const NPX = ['npx', '--offline', '--yes'] as const;
const QUESTION = 'flag=new_checkout&user_id=123';

/** Where the packed programs are. */
export interface Tarballs {
  readonly featureflags: string;
  readonly ffctl: string;
}

/** Installs both and uses them. */
export async function usePrograms(results: Results, tarballs: Tarballs): Promise<void> {
  using place = emptyPlace();
  for (const path of Object.values(tarballs) as string[]) {
    copyFileSync(path, join(place.cwd, basename(path)));
  }
  await check(results, 'featureflags: npx of the tarball', () => stranger(place, tarballs));
  await check(results, 'featureflags: install', () => install(place, [tarballs.featureflags]));
  await check(results, 'ffctl: install', () => install(place, [tarballs.ffctl]));
  await check(results, 'featureflags: the demo', () => demo(place, [...NPX, 'featureflags']));
  await check(results, 'featureflags: --storage yaml', () => yaml(place));
  await check(results, 'ffctl: the demo on ffctl serve', () =>
    demo(place, [...NPX, 'ffctl', 'serve', '--data', 'other']),
  );
  await check(results, 'ffctl: --file, check, codegen', () => onFile(place));
}

/** `npm install`, with nothing but what is in the tarballs or folders. */
export async function install(place: EmptyPlace, from: readonly string[]): Promise<string> {
  const words = ['--offline', '--ignore-scripts', '--install-links', '--no-audit', '--no-fund'];
  await output(['npm', 'install', ...words, ...from], place);
  return 'offline, from an empty cache';
}

async function stranger(place: EmptyPlace, { featureflags }: Tarballs): Promise<string> {
  const server = await serve([...NPX, `./${basename(featureflags)}`], place);
  const { flags } = (await answerOf(`${server.url}/flags`)) as { flags: unknown };
  const memory = server.memory();
  await stop(server);
  assert.deepEqual(flags, []);
  return `first answer ${inMs(server)} after npx, ${inMb(memory)} of memory`;
}

/** The demo of the first page; then the server is stopped and started again. */
async function demo(place: EmptyPlace, command: Command): Promise<string> {
  const server = await serve(command, place);
  const ffctl = async (...words: string[]): Promise<string> =>
    output([...NPX, 'ffctl', ...words, '--server', server.url], place);
  await ffctl('create', 'new_checkout', '--description', 'New checkout');
  assert.equal(await valueOf(server.url, QUESTION), false);
  await ffctl('rollout', '10%', 'new_checkout');
  await ffctl('rule', 'add', 'new_checkout', '--when', 'country=US', '--serve', 'on');
  assert.equal(await valueOf(server.url, `${QUESTION}&country=US`), true);
  const why = await ffctl('explain', 'new_checkout', '--user', '123', '--attr', 'country=US');
  assert.match(why, /country/);
  const memory = server.memory();
  await stop(server);
  const again = await serve(command, place);
  assert.equal(await valueOf(again.url, `${QUESTION}&country=US`), true);
  await stop(again);
  return `first answer ${inMs(again)} after npx, ${inMb(memory)} of memory after the demo`;
}

async function yaml(place: EmptyPlace): Promise<string> {
  const server = await serve([...NPX, 'featureflags', '--storage', 'yaml'], place);
  await output([...NPX, 'ffctl', 'create', 'banner', '--server', server.url], place);
  const memory = server.memory();
  await stop(server);
  assert.match(readFileSync(join(place.cwd, 'flags/flags.yml'), 'utf8'), /banner/);
  return `the flag is in flags.yml, ${inMb(memory)} of memory`;
}

async function onFile(place: EmptyPlace): Promise<string> {
  const ffctl = async (...words: string[]): Promise<string> =>
    output([...NPX, 'ffctl', '--file', 'own.yml', ...words], place);
  await ffctl('create', 'banner');
  assert.ok(existsSync(join(place.cwd, 'own.yml')));
  await ffctl('check');
  for (const language of ['typescript', 'python', 'rust']) {
    assert.match(await ffctl('codegen', language), /banner/);
  }
  return 'without a server';
}

function inMs({ answeredIn }: Served): string {
  return `${answeredIn.toFixed(0)} ms`;
}

/** In MB of a million bytes. */
function inMb(bytes: number | undefined): string {
  return bytes === undefined ? 'an unknown amount' : `${(bytes / 1e6).toFixed(0)} MB`;
}
