// The programs that build and run images here without a daemon: buildah, podman and runc of Debian,
// with a store of their own in .cache/containers.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { needPrograms } from '../debian.ts';
import { ROOT } from '../root.ts';

const HOME = join(ROOT, '.cache/containers');

/**
 * A container may open fewer files than podman asks for by itself where the machine allows fewer,
 * and there need not be a systemd that would keep the control groups.
 */
export const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

const STORAGE_CONF = `[storage]
driver = "overlay"
graphroot = "${HOME}/store"
runroot = "${HOME}/run"
`;

const PROGRAMS = {
  buildah: 'buildah',
  podman: 'podman',
  skopeo: 'skopeo',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
};

type Program = keyof typeof PROGRAMS;

/** What the programs need to be told of their surroundings. */
export const ENGINE_ENV: Readonly<Record<string, string>> = {
  CONTAINERS_CONF: join(HOME, 'containers.conf'),
  CONTAINERS_STORAGE_CONF: join(HOME, 'storage.conf'),
};

/** Sees to it that the programs are there, with their settings. @throws Error saying what to do */
export function prepareEngine(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('Images are built and run here by root on Linux. Elsewhere: docker build.');
  }
  needPrograms(PROGRAMS);
  mkdirSync(HOME, { recursive: true });
  writeFileSync(join(HOME, 'containers.conf'), CONTAINERS_CONF);
  writeFileSync(join(HOME, 'storage.conf'), STORAGE_CONF);
}

/** Runs one of the programs and shows what it writes. @throws Error if it fails */
export function engine(program: Program, ...words: readonly string[]): void {
  const { status } = spawnSync(program, words, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...ENGINE_ENV },
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed (${String(status)})`);
}

/** Runs one of the programs and returns what it writes, trimmed. @throws Error if it fails */
export function ask(program: Program, ...words: readonly string[]): string {
  const env = { ...process.env, ...ENGINE_ENV };
  const text = execFileSync(program, quietly(program, words), {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 2],
  });
  return text.trim();
}

/** How a program that may fail ended. */
export interface Attempt {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one of the programs to whatever end it comes to. */
export function attempt(program: Program, ...words: readonly string[]): Attempt {
  const env = { ...process.env, ...ENGINE_ENV };
  const { status, stdout, stderr } = spawnSync(program, quietly(program, words), {
    encoding: 'utf8',
    env,
  });
  return { code: status ?? -1, out: stdout, err: stderr };
}

/** Without a systemd podman complains at each start that it cannot have it make health checks. */
function quietly(program: Program, words: readonly string[]): readonly string[] {
  return program === 'podman' ? ['--log-level', 'fatal', ...words] : words;
}
