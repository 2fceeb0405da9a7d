// Runs every suite, one after the other, and closes with the sum on a line of its own:
//   N passed, N failed

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';

interface Suite {
  name: string;
  runtime: 'node' | 'bun';
  arguments: string[];
}

interface Outcome {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** What went wrong beside failed tests: it counts as one failure. */
  problem?: string;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
}

const reports = join('node_modules', '.cache', 'tests');
const minutesPerSuite = 10;

const suites: Suite[] = [
  {
    name: 'units, HTTP and stores on Node, with coverage',
    runtime: 'node',
    arguments: ['--project', 'unit', '--project', 'runtime', '--coverage'],
  },
  {
    // Vitest's forks do not start on Bun 1.4.5: child.channel has no unref.
    name: 'HTTP and stores on Bun',
    runtime: 'bun',
    arguments: ['--project', 'runtime', '--pool=threads'],
  },
  {
    name: 'end to end on Node',
    runtime: 'node',
    arguments: ['--project', 'e2e'],
  },
];

async function runSuite(suite: Suite, index: number): Promise<Outcome> {
  const report = join(reports, `${index}.json`);
  const started = performance.now();
  const exit = await runVitest(suite, report);
  const seconds = (performance.now() - started) / 1000;
  if (!existsSync(report)) {
    const problem = `vitest ended without a report (${exit})`;
    return { name: suite.name, passed: 0, failed: 1, skipped: 0, seconds, problem };
  }
  const result = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const problem = problemOf(result, exit);
  return {
    name: suite.name,
    passed: result.numPassedTests,
    failed: result.numFailedTests + (problem ? 1 : 0),
    skipped: result.numPendingTests + result.numTodoTests,
    seconds,
    ...(problem && { problem }),
  };
}

function runVitest(suite: Suite, report: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const bunFlag = suite.runtime === 'bun' ? ['--bun'] : [];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--passWithNoTests'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(
    process.execPath,
    ['scripts/runtime.js', suite.runtime, ...bunFlag, ...vitest, ...suite.arguments, ...reporters],
    { stdio: 'inherit' },
  );
  const timer = setTimeout(() => {
    console.error(`"${suite.name}" still runs after ${minutesPerSuite} minutes: stopped`);
    child.kill('SIGTERM');
  }, minutesPerSuite * 60_000);
  child.on('error', (error) => resolve(error.message));
  child.on('exit', (code, signal) => {
    clearTimeout(timer);
    resolve(signal ?? `exit code ${code}`);
  });
  return promise;
}

function problemOf(result: Report, exit: string): string | undefined {
  const unread = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  if (unread.length > 0) return `not loaded: ${unread.map(({ name }) => name).join(', ')}`;
  if (exit === 'exit code 0' || result.numFailedTests > 0) return undefined;
  return `no test failed, but coverage fell short or an error was not caught (${exit})`;
}

function printTable(outcomes: Outcome[]): void {
  console.log(`\n${'suite'.padEnd(48)} passed failed skipped  seconds`);
  for (const { name, passed, failed, skipped, seconds, problem } of outcomes) {
    const counts = [
      String(passed).padStart(6),
      String(failed).padStart(6),
      String(skipped).padStart(7),
      seconds.toFixed(1).padStart(8),
    ];
    const line = `${name.padEnd(48)} ${counts.join(' ')}`;
    console.log(failed > 0 ? styleText('red', line) : line);
    if (problem) console.log(styleText('red', `    ${problem}`));
    if (!problem && passed + failed === 0) console.log('    no tests yet');
  }
}

async function main(): Promise<void> {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const outcomes: Outcome[] = [];
  for (const [index, suite] of suites.entries()) {
    console.log(`\nSuite ${index + 1} of ${suites.length}: ${suite.name}`);
    outcomes.push(await runSuite(suite, index));
  }
  printTable(outcomes);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  if (passed + failed === 0) console.error('No test ran.');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${failed} failed`);
}

await main();
