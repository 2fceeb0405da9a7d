import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { resident } from '../resident.ts';
import type { Command, Place } from './command.ts';

/** How long a line or an end is waited for. */
const PATIENCE_MS = 60_000;

/** How often it is looked for. */
const LOOK_MS = 5;

const children = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', killAll);

type Line = Readonly<Record<string, unknown>>;

/** A program that runs and says in lines of JSON how it is doing. */
export interface Running {
  /** The first line that counts. @throws Error if the program ends before, or stays silent */
  readonly says: (counts: (line: Line) => boolean, what: string) => Promise<Line>;
  /** Resident memory of the program itself, in bytes; undefined where there is no /proc. */
  readonly memory: () => number | undefined;
  /** Ends its input, sends a signal to the program itself if one is given, and waits. */
  readonly end: (signal?: NodeJS.Signals) => Promise<Ending>;
}

/** How the command that was started ended, which may be npx around the program. */
interface Ending {
  readonly code: number | string;
  readonly err: string;
}

/** Ends what a failed check has left running, which would keep this process from ending. */
export function killAll(): void {
  for (const child of children) {
    for (const pid of tree(child.pid)) process.kill(pid, 'SIGKILL');
  }
}

/** Starts a program. */
export function start([program, ...rest]: Command, place: Place): Running {
  const child = spawn(program, rest, { cwd: place.cwd, env: place.env });
  children.add(child);
  const state = observe(child);
  return {
    says: async (counts, what) => {
      await until(() => state.ending !== undefined || state.lines.some(counts));
      const line = state.lines.find(counts);
      if (line !== undefined) return line;
      const said = state.lines.map((other) => JSON.stringify(other)).join('\n');
      throw new Error(`${[program, ...rest].join(' ')} did not say ${what}.\n${said}${state.err}`);
    },
    memory: () => resident(tree(child.pid).at(-1)),
    end: async (signal) => {
      child.stdin.end();
      const itself = tree(child.pid).at(-1);
      if (signal !== undefined && itself !== undefined) process.kill(itself, signal);
      await until(() => state.ending !== undefined);
      if (state.ending !== undefined) return { code: state.ending, err: state.err };
      throw new Error(`${program} did not end within ${String(PATIENCE_MS / 1000)} s`);
    },
  };
}

interface State {
  readonly lines: Line[];
  err: string;
  /** The exit code, or the signal's name. */
  ending?: number | string;
}

function observe(child: ChildProcessWithoutNullStreams): State {
  const state: State = { lines: [], err: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (state.err += text));
  createInterface({ input: child.stdout }).on('line', (line) => state.lines.push(parsed(line)));
  child.on('error', (error) => (state.ending = error.message));
  child.on('close', (code, signal) => {
    children.delete(child);
    state.ending = code ?? signal ?? 'unknown';
  });
  return state;
}

function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { text: line };
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !isSo();) await pause(LOOK_MS);
}

/** A process, its child, the child's child and so on: npx starts a shell, which starts the program. */
function tree(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const path = `/proc/${String(pid)}/task/${String(pid)}/children`;
  const [child] = existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean) : [];
  return [pid, ...tree(child === undefined ? undefined : Number(child))];
}
