// Style and types of the SDKs in other languages, by those languages' own tools. Where a toolchain
// is missing, that is said and nothing of it is checked.

import { leftOutRust } from './suites/cargo.ts';
import { run } from './suites/command.ts';
import { leftOutPython } from './suites/pytest.ts';

interface Check {
  readonly name: string;
  readonly cwd: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const BIN = '../../.venv-python/bin';
const CLIPPY = ['cargo', 'clippy', '--quiet', '--locked', '--all-targets'] as const;

const PYTHON: readonly Check[] = [
  { name: 'packages', cwd: '.', command: ['make', '--silent', 'python'] },
  { name: 'ruff', cwd: 'sdks/python', command: [`${BIN}/ruff`, 'check', '--quiet', '.'] },
  {
    name: 'ruff format',
    cwd: 'sdks/python',
    command: [`${BIN}/ruff`, 'format', '--quiet', '--check', '.'],
  },
  { name: 'mypy', cwd: 'sdks/python', command: [`${BIN}/mypy`, '--no-error-summary'] },
];

const RUST: readonly Check[] = [
  { name: 'rustfmt', cwd: 'sdks/rust', command: ['cargo', 'fmt', '--check'] },
  {
    name: 'clippy',
    cwd: 'sdks/rust',
    command: [...CLIPPY, '--all-features', '--', '-D', 'warnings'],
  },
  {
    name: 'clippy without features',
    cwd: 'sdks/rust',
    command: [...CLIPPY, '--no-default-features', '--', '-D', 'warnings'],
  },
  {
    name: 'clippy without TLS',
    cwd: 'sdks/rust',
    command: [...CLIPPY, '--no-default-features', '--features', 'http', '--', '-D', 'warnings'],
  },
  {
    name: 'rustdoc',
    cwd: 'sdks/rust',
    command: ['cargo', 'doc', '--quiet', '--locked', '--all-features', '--no-deps'],
    env: { RUSTDOCFLAGS: '-D warnings' },
  },
  {
    name: 'package',
    cwd: 'sdks/rust',
    command: ['cargo', 'package', '--quiet', '--locked', '--no-verify', '--allow-dirty'],
  },
];

async function check(
  language: string,
  leftOut: string | undefined,
  checks: readonly Check[],
): Promise<void> {
  if (leftOut !== undefined) {
    console.log(`${language} SDK: left out, because ${leftOut}`);
    return;
  }
  for (const { name, cwd, command, env = {} } of checks) {
    console.log(`${language} SDK: ${name}`);
    const { ok, how } = await run(command, { cwd, env });
    if (ok) continue;
    console.error(`${language} SDK: ${name} failed (${how})`);
    process.exitCode = 1;
  }
}

await check('Python', leftOutPython(), PYTHON);
await check('Rust', leftOutRust(), RUST);
