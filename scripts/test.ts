// Runs every suite, one after the other, and closes with the sum on a line of its own:
//   N passed, N failed
// Arguments choose suites by a part of their names.

import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { styleText } from 'node:util';

import { CARGO, leftOutRust } from './suites/cargo.ts';
import { answerOf } from './suites/command.ts';
import { leftOutPython, PYTEST } from './suites/pytest.ts';
import type { Outcome, Suite } from './suites/suite.ts';
import { vitest } from './suites/vitest.ts';

const REPORTS = join('node_modules', '.cache', 'tests');

const COVERAGE = ['--project', 'unit', '--project', 'runtime', '--coverage'];

const SUITES: readonly Suite[] = [
  vitest('units, HTTP and stores on Node, with coverage', 'node', COVERAGE),
  // Vitest's forks do not start on Bun 1.4.5: child.channel has no unref.
  vitest('HTTP and stores on Bun', 'bun', ['--project', 'runtime', '--pool=threads']),
  PYTEST,
  CARGO,
  // Last: it runs what the SDKs' suites have installed and built.
  vitest('end to end on Node', 'node', ['--project', 'e2e'], { FF_LEFT_OUT: languagesLeftOut() }),
];

/** The languages that the end-to-end tests must do without. */
function languagesLeftOut(): string {
  const python = leftOutPython() === undefined ? [] : ['python'];
  const rust = leftOutRust() === undefined ? [] : ['rust'];
  return [...python, ...rust].join(',');
}

/** Programs of Debian that end-to-end tests use where they are, and what is not tried without them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'caddy version': 'the example of a proxy with Caddy',
  'chromium --version': 'the web client in a browser',
  'nginx -v': 'the example of a proxy with nginx',
  'openssl version': 'TLS of the proxies and of the single binary',
  'promtool --version': "Prometheus' own parser of /metrics",
  'systemd-analyze --version': "systemd's own judgement of the service",
};

/** Debian keeps servers where not everybody's PATH looks. */
process.env['PATH'] = [process.env['PATH'], '/usr/sbin'].join(delimiter);

/** What became of a suite, and how long it took; `leftOut` says why it did not run. */
interface Row extends Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly leftOut?: string;
}

async function rowOf(suite: Suite, index: number): Promise<Row> {
  const leftOut = suite.leftOut?.();
  const { name } = suite;
  if (leftOut !== undefined) {
    console.log(`left out: ${leftOut}`);
    return { name, passed: 0, failed: 0, skipped: 0, seconds: 0, leftOut };
  }
  const started = performance.now();
  const outcome = await suite.run(join(REPORTS, `${String(index)}.report`));
  return { name, ...outcome, seconds: (performance.now() - started) / 1000 };
}

function printTable(rows: readonly Row[]): void {
  console.log(`\n${'suite'.padEnd(48)} passed failed skipped  seconds`);
  for (const row of rows) {
    const counts = [
      String(row.passed).padStart(6),
      String(row.failed).padStart(6),
      String(row.skipped).padStart(7),
      row.seconds.toFixed(1).padStart(8),
    ];
    const line = `${row.name.padEnd(48)} ${counts.join(' ')}`;
    console.log(row.failed > 0 ? styleText('red', line) : line);
    if (row.problem !== undefined) console.log(styleText('red', `    ${row.problem}`));
  }
  for (const { name, leftOut } of rows) {
    if (leftOut !== undefined)
      console.log(`Left out: ${name}, also end to end, because ${leftOut}.`);
  }
}

function printMissingPrograms(): void {
  for (const [command, what] of Object.entries(PROGRAMS)) {
    const [program = '', ...rest] = command.split(' ');
    if (answerOf(program, ...rest) !== undefined) continue;
    console.log(`Left out: ${what}, because ${program} is not installed.`);
  }
  if (process.platform !== 'linux') {
    console.log('Left out: the single binary in an empty root, because this is not Linux.');
  }
}

function chosen(parts: readonly string[]): readonly Suite[] {
  if (parts.length === 0) return SUITES;
  return SUITES.filter(({ name }) => parts.some((part) => name.includes(part)));
}

async function main(parts: readonly string[]): Promise<void> {
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const suites = chosen(parts);
  const rows: Row[] = [];
  for (const [index, suite] of suites.entries()) {
    console.log(`\nSuite ${String(index + 1)} of ${String(suites.length)}: ${suite.name}`);
    rows.push(await rowOf(suite, index));
  }
  printTable(rows);
  printMissingPrograms();
  const sum = (field: 'passed' | 'failed'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  const [passed, failed] = [sum('passed'), sum('failed')];
  if (passed + failed === 0) console.error('No test ran.');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`\n${String(passed)} passed, ${String(failed)} failed`);
}

await main(process.argv.slice(2));
