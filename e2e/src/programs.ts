import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

export type Runtime = 'bun' | 'node';
export const RUNTIMES: readonly Runtime[] = ['bun', 'node'];

/** The binaries that the sources run on. These tests run on Node themselves. */
const BINARIES: Readonly<Record<Runtime, string>> = {
  bun: bunBinary(),
  node: process.execPath,
};

export type Launch = Runtime | 'featureflags' | 'ffctl serve';

/** A program to run: the file and its arguments. */
export type Command = readonly [string, ...string[]];

/** How the server is started: from its source, or by the commands that people type. */
export const LAUNCHES: Readonly<Record<Launch, Command>> = {
  bun: [BINARIES.bun, join(ROOT, 'server/src/main.ts')],
  node: [BINARIES.node, join(ROOT, 'server/src/main.ts')],
  featureflags: [BINARIES.node, join(ROOT, 'server/bin/featureflags.js')],
  'ffctl serve': [BINARIES.node, join(ROOT, 'cli/bin/ffctl.js'), 'serve'],
};

/** What a program left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Nothing of this machine's own settings reaches the programs. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...more };
}

/** Runs a program to its end, which must come within half a minute. */
export async function run(
  [file, ...rest]: Command,
  { cwd = ROOT, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: cleanEnvironment(env), timeout: 30_000, maxBuffer: 2 ** 26 };
    execFile(file, rest, options, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else
        reject(
          new Error(`${file} did not run: ${String(code ?? error?.signal)}`, { cause: error }),
        );
    });
  });
}

/** Runs ffctl as people do. */
export async function ffctl(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return run([BINARIES.node, join(ROOT, 'cli/bin/ffctl.js'), ...words], { env });
}

function bunBinary(): string {
  const require = createRequire(import.meta.url);
  const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const name = `@oven/bun-${process.platform}-${architecture}`;
  const candidates = process.platform === 'linux' ? [name, `${name}-musl`] : [name];
  for (const candidate of candidates) {
    try {
      return join(dirname(require.resolve(`${candidate}/package.json`)), 'bin/bun');
    } catch {
      // npm installs only the package that fits the machine.
    }
  }
  throw new Error(`Bun is not installed: none of ${candidates.join(', ')} is in node_modules.`);
}
