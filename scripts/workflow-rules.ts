// What we ask of a workflow of GitHub Actions beside what actionlint knows.

import { spawnSync } from 'node:child_process';

import { parse } from 'yaml';

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: unknown;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly run?: string;
}

// A tag can be moved to another commit after we have read the code, a commit's hash can not.
const PINNED = /^\s*(?:- )?uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/;

/**
 * What is wrong with a workflow, each with what to do.
 * @param text the workflow as YAML
 * @param targets what the Makefile has
 */
export function workflowProblems(text: string, targets: ReadonlySet<string>): string[] {
  const { permissions, jobs = {} } = parse(text) as Workflow;
  const problems = text
    .split('\n')
    .filter((line) => /^\s*(- )?uses:/.test(line) && !PINNED.test(line))
    .map((line) => `"${line.trim()}": expected a commit's whole hash and "# v1.2.3" after it`);
  if (JSON.stringify(permissions) !== '{}') {
    problems.push('expected "permissions: {}" at the top: each job says which it needs');
  }
  for (const [name, job] of Object.entries(jobs)) {
    problems.push(...jobProblems(job, targets).map((problem) => `job ${name}: ${problem}`));
  }
  return problems;
}

function jobProblems(job: Job, targets: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (job.permissions === undefined) problems.push('it has no permissions: say which it needs');
  if (job['timeout-minutes'] === undefined) {
    problems.push('it has no timeout-minutes: what hangs would run for six hours');
  }
  for (const { run } of job.steps ?? []) {
    if (run !== undefined) problems.push(...scriptProblems(run, targets));
  }
  return problems;
}

function scriptProblems(script: string, targets: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (script.includes('${{')) {
    problems.push('"${{" in a script: what it stands for becomes code. Give it by env');
  }
  const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  if (status !== 0) problems.push(`its script is no bash: ${stderr.trim()}`);
  const asked = [...script.matchAll(/^[ \t]*make ((?:[a-z][\w-]*[ \t]*)+)(?![\w-]*=)/gm)]
    .flatMap(([, words = '']) => words.trim().split(/[ \t]+/))
    .filter((target) => !targets.has(target));
  problems.push(...asked.map((target) => `the Makefile has no target ${target}`));
  return problems;
}
