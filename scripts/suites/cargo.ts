import { readFileSync } from 'node:fs';

import { answerOf, run } from './command.ts';
import type { Outcome, Suite } from './suite.ts';

const MANIFEST = 'sdks/rust/Cargo.toml';

/** The Rust SDK's tests: with all of its features, and what it is without any. */
export const CARGO: Suite = { name: 'Rust SDK', leftOut: leftOutRust, run: runCargo };

/** Why there is no Rust for the SDK here. */
export function leftOutRust(): string | undefined {
  const version = /^rustc (\d+)\.(\d+)/.exec(answerOf('rustc', '--version') ?? '');
  if (version === null || answerOf('cargo', '--version') === undefined) {
    return 'there is no rustc and cargo';
  }
  const oldest = /^rust-version = "1\.(\d+)/m.exec(readFileSync(MANIFEST, 'utf8'));
  const needed = Number(oldest?.[1] ?? 0);
  if (Number(version[1]) > 1 || Number(version[2]) >= needed) return undefined;
  return `rustc is 1.${String(version[2])}; the SDK needs 1.${String(needed)}`;
}

async function runCargo(): Promise<Outcome> {
  const cargo = ['cargo', 'test', '--quiet', '--locked', '--no-fail-fast'] as const;
  const outcomes: Outcome[] = [];
  for (const features of ['--all-features', '--no-default-features']) {
    const command = [...cargo, features, '--manifest-path', MANIFEST] as const;
    const { how, output } = await run([...command], { keeps: true });
    outcomes.push(outcomeOf(output, how));
  }
  return outcomes.reduce(add);
}

/** cargo has no report of its own outside nightly: its closing line for each test binary is read. */
function outcomeOf(output: string, how: string): Outcome {
  const lines = [
    ...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm),
  ];
  const sum = (group: number): number =>
    lines.reduce((total, line) => total + Number(line[group]), 0);
  const [passed, failed, skipped] = [sum(1), sum(2), sum(3)];
  if (how === 'exit code 0' && lines.length > 0) return { passed, failed, skipped };
  if (failed > 0) return { passed, failed, skipped };
  return { passed, failed: 1, skipped, problem: `cargo test did not come to its end (${how})` };
}

function add(one: Outcome, other: Outcome): Outcome {
  const problem = one.problem ?? other.problem;
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    ...(problem === undefined ? {} : { problem }),
  };
}
