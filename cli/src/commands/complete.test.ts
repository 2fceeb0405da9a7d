import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ran, workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;
let printed: string[];

beforeEach(async () => {
  space = workspace();
  await space.ok('create new_checkout');
  await space.ok('create new_search');
  printed = [];
  // @bomb.sh/tab writes for the shell by itself.
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  space.remove();
});

async function completed(words: readonly string[]): Promise<string[]> {
  expect(await space.ff(['complete', '--', ...words])).toEqual({ code: 0, out: '', err: '' });
  const [directive, ...values] = printed.toReversed();
  expect(directive).toMatch(/^:\d+$/);
  return values.toReversed().map((line) => line.split('\t')[0] ?? '');
}

const COMPLETIONS: readonly [words: string[], values: string[]][] = [
  [['ena'], ['enable']],
  [
    ['rule', ''],
    ['add', 'list', 'remove', 'move'],
  ],
  [['rule', 'm'], ['move']],
  [
    ['enable', ''],
    ['new_checkout', 'new_search'],
  ],
  [['enable', 'new_c'], ['new_checkout']],
  [['rule', 'add', 'new_s'], ['new_search']],
  [
    ['rollout', '10%', ''],
    ['new_checkout', 'new_search'],
  ],
  [
    ['rule', 'add', 'new_search', '--se'],
    ['--serve', '--server'],
  ],
  [
    ['list', '--state', ''],
    ['on', 'off'],
  ],
  [['import', '--mode', 'r'], ['replace']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['--fi'], ['--file']],
  [['segment', 'get', ''], []],
];

test.each(COMPLETIONS)('%j', async (words, values) => {
  expect(await completed(words)).toEqual(values);
});

test('without a server there are no keys, and no words about it', async () => {
  expect(await ran(['complete', '--', 'enable', ''])).toEqual({ code: 0, out: '', err: '' });
  expect(printed).toEqual([':4']);
});

test.each(['zsh', 'fish'])('a script for %s', async (shell) => {
  expect(await ran(['completion', shell])).toMatchObject({ code: 0 });
  expect(printed.join('\n')).toMatch(/ffctl/);
  expect(printed.join('\n')).toMatch(/complete/);
});

test('a script for bash that needs nothing else', async () => {
  const { code, out } = await ran(['completion', 'bash']);
  expect(code).toBe(0);
  expect(spawnSync('bash', ['-n'], { input: out })).toMatchObject({ status: 0 });
  expect(out).not.toMatch(/eval|_get_comp_words/);
});

test('no script for others', async () => {
  const { code, err } = await ran(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(err).toMatch(/Allowed choices are bash, zsh, fish/);
});
