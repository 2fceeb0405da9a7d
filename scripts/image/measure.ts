// What the targets of an image are about. Megabytes are millions of bytes everywhere; memory is what
// the kernel counts as resident, the program's own pages with it, not what `docker stats` shows.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { resident } from '../resident.ts';
import { ROOT } from '../root.ts';
import { nameOf, NATIVE, type Kind } from './build.ts';
import { startContainer, type Container } from './container.ts';
import { ask, engine } from './engine.ts';
import { firstAnswers } from './first-answer.ts';

/** How often the start is timed. */
const STARTS = 15;
/** Requests between the two looks at the memory, and how many are under way at once. */
const REQUESTS = 20_000;
const CLIENTS = 16;
/** Milliseconds for what runs after a start to come to its end. */
const REST = 2000;

/** One image's figures: sizes and memory in bytes, times in milliseconds. */
export interface Figures {
  readonly kind: Kind;
  readonly disk: number;
  readonly gzip: number;
  readonly zstd: number;
  readonly idle: number;
  readonly loaded: number;
  /** From the start of the process to its first answer, the median and the best of several. */
  readonly start: number;
  readonly bestStart: number;
  /** From SIGTERM to the end of the process. */
  readonly stop: number;
}

/** Measures an image of this machine's architecture. */
export async function measure(kind: Kind): Promise<Figures> {
  const name = nameOf(kind, NATIVE);
  const starts = (await firstAnswers(name, STARTS)).toSorted((one, other) => one - other);
  return {
    kind,
    disk: Number(ask('podman', 'image', 'inspect', '--format', '{{.Size}}', name)),
    gzip: pulled(name, 'gzip'),
    zstd: pulled(name, 'zstd'),
    ...(await memory(name)),
    start: starts[Math.floor(STARTS / 2)] ?? 0,
    bestStart: starts[0] ?? 0,
  };
}

/** What a pull moves: the layers as a registry keeps them, with their list. */
function pulled(name: string, format: 'gzip' | 'zstd'): number {
  const out = join(ROOT, '.cache/containers/pulled');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const level = format === 'zstd' ? ['--dest-compress-level', '19'] : [];
  const how = ['--quiet', '--dest-compress', '--dest-compress-format', format, ...level];
  engine('skopeo', 'copy', ...how, `containers-storage:${name}`, `oci:${out}:measured`);
  const manifest = JSON.parse(ask('skopeo', 'inspect', '--raw', `oci:${out}:measured`)) as {
    layers: { size: number }[];
    config: { size: number };
  };
  rmSync(out, { recursive: true, force: true });
  return manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size);
}

async function memory(name: string): Promise<Pick<Figures, 'idle' | 'loaded' | 'stop'>> {
  const container = await startContainer(name);
  try {
    await container.ask('/flags/measured', { enabled: true });
    await pause(REST);
    const idle = memoryOf(container);
    await load(container);
    await pause(REST);
    const loaded = memoryOf(container);
    return { idle, loaded, stop: await stopped(container.pid()) };
  } finally {
    container.remove();
  }
}

function memoryOf(container: Container): number {
  const bytes = resident(container.pid());
  if (bytes !== undefined) return bytes;
  throw new Error('the container ended while its memory was measured');
}

/** Without what an engine does around it: milliseconds from the signal to the end. */
async function stopped(pid: number): Promise<number> {
  const begun = performance.now();
  process.kill(pid, 'SIGTERM');
  while (existsSync(`/proc/${String(pid)}/exe`)) await pause(1);
  return performance.now() - begun;
}

async function load(container: Container): Promise<void> {
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await container.ask(`/evaluate?flag=measured&user_id=${String(left)}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((tell) => {
    setTimeout(tell, milliseconds);
  });
}
