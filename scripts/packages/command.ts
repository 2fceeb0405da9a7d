import { execFile } from 'node:child_process';

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

export interface Place {
  readonly cwd: string;
  /** The whole environment: nothing of this process' own is added. */
  readonly env: NodeJS.ProcessEnv;
}

/** What a program left behind. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Compiling the Rust SDK with its dependencies takes the longest. */
const TIMEOUT_MS = 8 * 60_000;

/** Runs a program to its end. @throws Error if it does not start or takes too long */
function run([program, ...rest]: Command, place: Place): Promise<Ran> {
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const options = { ...place, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 };
  const child = execFile(program, rest, options, (error, out, err) => {
    const code = error === null ? 0 : error.code;
    if (typeof code === 'number') resolve({ code, out, err });
    else reject(new Error(`${program} did not run: ${String(code ?? error?.signal)}`));
  });
  child.stdin?.end();
  return promise;
}

/** What a program writes. @throws Error with all that it wrote, if it fails */
export async function output(command: Command, place: Place): Promise<string> {
  const { code, out, err } = await run(command, place);
  if (code === 0) return out;
  throw new Error(`${command.join(' ')}: exit code ${String(code)}\n${out}${err}`.trimEnd());
}
