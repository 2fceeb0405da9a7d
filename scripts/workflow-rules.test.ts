import { expect, test } from 'vitest';

import { targetsOf } from './makefile.ts';
import { workflowProblems } from './workflow-rules.ts';

const HASH = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const TARGETS = targetsOf(
  'A := b\n.PHONY: test\ntest: install ## Test\nrelease-dry-run:\n$(X): y\n',
);

/** A workflow that is right, with a step of its own. */
function workflow(step: string, job = 'permissions: {}\n    timeout-minutes: 5'): string {
  return `on: push\npermissions: {}\njobs:\n  a:\n    ${job}\n    steps:\n      - ${step}\n`;
}

test('the targets of a Makefile', () => {
  expect([...TARGETS]).toEqual(['test', 'release-dry-run']);
});

test.each([
  `uses: actions/checkout@${HASH} # v7.0.1`,
  'run: make test',
  "run: make test release-dry-run SUITES='HTTP'",
  'run: |\n          for a in b; do\n            make test\n          done',
])('right: %s', (step) => {
  expect(workflowProblems(workflow(step), TARGETS)).toEqual([]);
});

const wrong: [name: string, text: string, problem: string][] = [
  ['a tag', workflow('uses: actions/checkout@v7'), "expected a commit's whole hash"],
  ['a hash alone', workflow(`uses: actions/checkout@${HASH}`), 'and "# v1.2.3" after it'],
  [
    'permissions for all',
    workflow('run: make test').replace('permissions: {}', 'permissions: write-all'),
    'expected "permissions: {}" at the top',
  ],
  [
    'no permissions',
    workflow('run: make test', 'timeout-minutes: 5'),
    'job a: it has no permissions',
  ],
  ['no end', workflow('run: make test', 'permissions: {}'), 'job a: it has no timeout-minutes'],
  ['code by expression', workflow('run: echo ${{ github.ref }}'), 'becomes code. Give it by env'],
  ['no bash', workflow("run: 'if true; then'"), 'its script is no bash: bash: line '],
  ['an unknown target', workflow('run: make test nothing'), 'the Makefile has no target nothing'],
  [
    'an unknown target in a longer script',
    workflow('run: |\n          cd a\n          make gone'),
    'the Makefile has no target gone',
  ],
];

test.each(wrong)('found: %s', (_, text, problem) => {
  expect(workflowProblems(text, TARGETS)).toEqual([expect.stringContaining(problem)]);
});
