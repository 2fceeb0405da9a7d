// How long an image's program takes to its first answer, without what an engine does around it: the
// image's files are the root of a process of their own.

import { spawn } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { basename, join } from 'node:path';

import { EMULATOR } from '../emulator.ts';
import { ROOT } from '../root.ts';
import { NATIVE } from './build.ts';
import { freePort } from './container.ts';
import { ask } from './engine.ts';

const USER = 65_532;
const OWNER = `${String(USER)}:${String(USER)}`;
const PATIENCE = 15_000;

/** What an image says of how it is run. */
interface Config {
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly Env: readonly string[];
}

/** Starts the program of an image several times. @returns milliseconds to each first answer */
export async function firstAnswers(image: string, times: number): Promise<number[]> {
  const config = JSON.parse(
    ask('podman', 'image', 'inspect', '--format', '{{json .Config}}', image),
  ) as Config;
  const work = mkdtempSync(join(ROOT, '.cache/containers/root-'));
  const root = join(work, 'root');
  try {
    copyFiles(image, root);
    const program = [...emulator(image, root), ...config.Entrypoint, ...(config.Cmd ?? [])];
    const answers: number[] = [];
    // The first start reads the files from the disk; it is not counted.
    for (let time = 0; time <= times; time += 1) {
      answers.push(await firstAnswer(root, program, config.Env));
    }
    return answers.slice(1);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function copyFiles(image: string, root: string): void {
  const mounted = ask('podman', 'image', 'mount', image);
  try {
    cpSync(mounted, root, { recursive: true, verbatimSymlinks: true });
  } finally {
    ask('podman', 'image', 'unmount', image);
  }
}

/** What a program of another architecture is started by, once it is in the root. */
function emulator(image: string, root: string): readonly string[] {
  const architecture = ask('podman', 'image', 'inspect', '--format', '{{.Architecture}}', image);
  if (architecture === NATIVE) return [];
  const name = `/${basename(EMULATOR)}`;
  copyFileSync(EMULATOR, join(root, name));
  return [name, '-cpu', 'cortex-a72'];
}

async function firstAnswer(
  root: string,
  program: readonly string[],
  variables: readonly string[],
): Promise<number> {
  const data = join(root, 'data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data);
  chownSync(data, USER, USER);
  mkdirSync(join(root, 'proc'), { recursive: true });
  const port = await freePort();
  // As in a container, /proc is there: the C library asks it where the stack is.
  const script = `mount --rbind /proc "$1/proc" && exec chroot --userspec=${OWNER} "$@"`;
  const words = ['--mount', 'sh', '-c', script, 'sh', root, ...program];
  const env: NodeJS.ProcessEnv = {};
  for (const each of variables)
    env[each.slice(0, each.indexOf('='))] = each.slice(each.indexOf('=') + 1);
  const own = { FF_HOST: '127.0.0.1', FF_PORT: port, FF_LOG_LEVEL: 'error' };
  const begun = performance.now();
  const child = spawn('unshare', words, {
    env: { ...env, PATH: process.env['PATH'], ...own },
    stdio: 'inherit',
  });
  const closed = new Promise((tell) => child.once('close', tell));
  try {
    await answered(port, begun + PATIENCE);
    return performance.now() - begun;
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
}

async function answered(port: string, end: number): Promise<void> {
  while (performance.now() < end) {
    if (await isAnswering(port)) return;
    await new Promise((tell) => {
      setTimeout(tell, 1);
    });
  }
  throw new Error(`no answer within ${String(PATIENCE / 1000)} s`);
}

async function isAnswering(port: string): Promise<boolean> {
  return new Promise((tell) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false }, (response) => {
      response.resume();
      tell(response.statusCode === 200);
    });
    request.on('error', () => {
      tell(false);
    });
  });
}
