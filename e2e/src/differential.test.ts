import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { documents } from './differential/documents.ts';
import { LANGUAGES, python, rust, typescript } from './languages.ts';
import type { Command } from './programs.ts';

// The same questions to the evaluators of all languages, and the same bytes back: results with
// their traces, and what is wrong with documents.

const SEED = 20_261_122;
const AMOUNT = { snapshots: 1000, evaluations: 100, broken: 4000 };
const SECONDS = 60;

const folder = mkdtempSync(join(tmpdir(), 'ff-differential-'));
const questions = join(folder, 'questions');
let asked: readonly string[] = [];
let expected: readonly string[] = [];

beforeAll(async () => {
  asked = [...documents(SEED, AMOUNT)];
  writeFileSync(questions, `${asked.join('\n')}\n`);
  expected = await answers(typescript('differential/typescript.ts'));
}, SECONDS * 1000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the questions are worth asking', () => {
  expect(expected).toHaveLength(asked.length);
  const evaluations = expected.filter((line) => line.startsWith('{"result"'));
  expect(evaluations.length).toBeGreaterThanOrEqual(100_000);
  // Every reason and every way to fail comes up, and most documents are broken in some way.
  for (const word of ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', ...ERRORS]) {
    const found = evaluations.filter((line) => line.includes(`"${word}"`)).length;
    expect([word, found > 100]).toEqual([word, true]);
  }
  expect(refusals()).toBeGreaterThan(1000);
});

const ERRORS = ['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TARGETING_KEY_MISSING'];

const COMMANDS: Readonly<Record<string, () => Command>> = {
  'TypeScript on Bun': () => typescript('differential/typescript.ts', 'bun'),
  ...(LANGUAGES.includes('python') && {
    Python: () => python('sdks/python/tests/differential.py'),
  }),
  ...(LANGUAGES.includes('rust') && { Rust: () => rust('differential') }),
};

test.each(Object.keys(COMMANDS))('%s answers as TypeScript on Node does', async (name) => {
  const command = (COMMANDS[name] as () => Command)();
  const started = performance.now();
  const given = await answers(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  expect(differences(given).slice(0, 5)).toEqual([]);
  expect(given).toHaveLength(asked.length);
  console.log(`${name}: ${String(given.length)} answers in ${seconds} s, no difference`);
});

function refusals(): number {
  return expected.filter((line) => line === '{"snapshot":false}').length;
}

interface Difference {
  readonly question: string | undefined;
  readonly expected: string;
  readonly given: string | undefined;
}

function differences(given: readonly string[]): Difference[] {
  return expected.flatMap((line, index) =>
    line === given[index] ? [] : [{ question: asked[index], expected: line, given: given[index] }],
  );
}

/** Runs an evaluator over all questions. */
async function answers([program, ...rest]: Command): Promise<string[]> {
  const output = join(folder, 'answers');
  const [input, out] = [openSync(questions, 'r'), openSync(output, 'w')];
  const child = spawn(program, rest, { stdio: [input, out, 'inherit'], timeout: SECONDS * 1000 });
  closeSync(input);
  closeSync(out);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, signal) => {
      resolve(exit ?? signal);
    });
  });
  expect(`${program} ended with ${String(code)}`).toBe(`${program} ended with 0`);
  return readFileSync(output, 'utf8').trimEnd().split('\n');
}
