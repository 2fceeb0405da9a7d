import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';

/** How a command ended, and what it wrote if that was asked for. */
export interface Ended {
  /** `exit code 1`, `SIGTERM`, or why it did not start. */
  readonly how: string;
  readonly ok: boolean;
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Keep what it writes to standard output, beside showing it. */
  readonly keeps?: boolean;
  /** After how long it is stopped, 10 unless given. */
  readonly minutes?: number;
}

/** No suite takes this long: who does hangs. */
const MINUTES = 10;

/** Runs a command to its end, shows what it writes, and stops it if it hangs. */
export function run(
  command: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const [program, ...rest] = command;
  const { minutes = MINUTES } = options;
  const child = spawn(program, rest, spawnOptions(options));
  let output = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    output += bytes.toString();
    process.stdout.write(bytes);
  });
  const timer = setTimeout(() => {
    console.error(`${command.join(' ')} still runs after ${String(minutes)} minutes: stopped`);
    child.kill('SIGTERM');
  }, minutes * 60_000);
  child.on('error', (error) => resolve({ how: error.message, ok: false, output }));
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    resolve({ how: signal ?? `exit code ${String(code)}`, ok: code === 0, output });
  });
  return promise;
}

function spawnOptions({ cwd, env, keeps }: CommandOptions): SpawnOptions {
  return {
    stdio: ['ignore', keeps === true ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  };
}

/** What a short command writes; undefined if it is not there or fails. */
export function answerOf(program: string, ...rest: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, rest, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? stdout.trim() : undefined;
}
