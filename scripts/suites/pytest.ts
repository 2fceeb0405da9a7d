import { existsSync, readFileSync } from 'node:fs';

import { answerOf, run } from './command.ts';
import { broken, type Outcome, type Suite } from './suite.ts';

/** The oldest Python that the SDK runs on, as in its pyproject.toml. */
const OLDEST = [3, 10] as const;

/** The Python SDK's tests, in an environment that make fills (`make python`). */
export const PYTEST: Suite = { name: 'Python SDK', leftOut: leftOutPython, run: runPytest };

/** Why there is no Python for the SDK here. */
export function leftOutPython(): string | undefined {
  const version = answerOf('python3', '-c', 'import sys, venv; print(*sys.version_info[:2])');
  if (version === undefined) return 'there is no python3 with its module venv';
  const [major = 0, minor = 0] = version.split(' ').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `python3 is ${version.replace(' ', '.')}; the SDK needs ${OLDEST.join('.')}`;
}

async function runPytest(report: string): Promise<Outcome> {
  const installed = await run(['make', 'python']);
  if (!installed.ok) return broken(`make python: ${installed.how}`);
  const coverage = ['--cov=featureflags_client', '--cov-config=pyproject.toml'];
  const { how } = await run(
    ['../../.venv-python/bin/python', '-m', 'pytest', ...coverage, `--junitxml=../../${report}`],
    { cwd: 'sdks/python' },
  );
  if (!existsSync(report)) return broken(`pytest ended without a report (${how})`);
  return outcomeOf(readFileSync(report, 'utf8'), how);
}

function outcomeOf(xml: string, how: string): Outcome {
  const count = (name: string): number =>
    [...xml.matchAll(/<testsuite\b[^>]*>/g)]
      .map(([tag]) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0))
      .reduce((sum, number) => sum + number, 0);
  const skipped = count('skipped');
  const wrong = count('failures') + count('errors');
  const passed = count('tests') - wrong - skipped;
  if (how === 'exit code 0' || wrong > 0) return { passed, failed: wrong, skipped };
  const problem = `no test failed, but coverage fell short or nothing was run (${how})`;
  return { passed, failed: 1, skipped, problem };
}
