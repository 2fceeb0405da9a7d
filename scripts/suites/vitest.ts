import { existsSync, readFileSync } from 'node:fs';

import { run } from './command.ts';
import { broken, type Outcome, type Suite } from './suite.ts';

/** The part of vitest's JSON report that is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
}

/** A suite of vitest's projects on one of the two runtimes. */
export function vitest(
  name: string,
  runtime: 'node' | 'bun',
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Suite {
  return { name, run: (report) => runVitest({ runtime, flags, env }, report) };
}

interface Run {
  readonly runtime: 'node' | 'bun';
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function runVitest({ runtime, flags, env }: Run, report: string): Promise<Outcome> {
  const bunFlag = runtime === 'bun' ? ['--bun'] : [];
  const launcher = [process.execPath, 'scripts/runtime.js', runtime, ...bunFlag] as const;
  const program = ['node_modules/vitest/vitest.mjs', 'run', '--passWithNoTests'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { how } = await run(
    [launcher[0], ...launcher.slice(1), ...program, ...flags, ...reporters],
    { env },
  );
  if (!existsSync(report)) return broken(`vitest ended without a report (${how})`);
  const result = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const problem = problemOf(result, how);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + (problem === undefined ? 0 : 1),
    skipped: result.numPendingTests + result.numTodoTests,
    ...(problem === undefined ? {} : { problem }),
  };
}

function problemOf(result: Report, how: string): string | undefined {
  const unread = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  if (unread.length > 0) return `not loaded: ${unread.map(({ name }) => name).join(', ')}`;
  if (how === 'exit code 0' || result.numFailedTests > 0) return undefined;
  return `no test failed, but coverage fell short or an error was not caught (${how})`;
}
