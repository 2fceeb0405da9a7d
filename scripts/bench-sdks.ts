// Measures the Python and Rust SDKs against closures written by hand, where their toolchains are.

import { leftOutRust } from './suites/cargo.ts';
import { run } from './suites/command.ts';
import { leftOutPython } from './suites/pytest.ts';

type Command = readonly [string, ...string[]];

const PYTHON: readonly Command[] = [
  ['make', '--silent', 'python'],
  ['.venv-python/bin/python', 'sdks/python/bench/evaluate.py'],
];
const CARGO_RUN = ['cargo', 'run', '--release', '--quiet', '--locked'] as const;
const RUST: readonly Command[] = [
  [...CARGO_RUN, '--manifest-path', 'sdks/rust/Cargo.toml', '--example', 'bench_evaluate'],
];

async function measure(
  language: string,
  leftOut: string | undefined,
  commands: readonly Command[],
): Promise<void> {
  if (leftOut !== undefined) {
    console.log(`${language} SDK: left out, because ${leftOut}`);
    return;
  }
  console.log(`${language} SDK`);
  for (const command of commands) {
    const { ok } = await run(command);
    if (!ok) process.exitCode = 1;
  }
}

await measure('Python', leftOutPython(), PYTHON);
await measure('Rust', leftOutRust(), RUST);
