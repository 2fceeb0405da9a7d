import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ERRORS, Problem, problemDocument } from './errors.ts';

const docs = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

function sources(pattern: string): string {
  return globSync(pattern, { cwd: import.meta.dirname })
    .filter((path) => !/errors(?:\.test)?\.ts$/.test(path))
    .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'))
    .join('\n');
}

describe('the catalogue', () => {
  test('is docs/errors.md, code by code, with its status and title', () => {
    const documented = [...docs.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| (.+?) +\| .+ \|$/gm)].map(
      ([, code = '', status, title]) => [code, { status: Number(status), title }] as const,
    );
    expect(Object.fromEntries(documented)).toEqual(ERRORS);
    expect(documented.map(([code]) => code)).toEqual(Object.keys(ERRORS));
  });

  test('holds no code that nothing throws or that no test sees', () => {
    const [code, tests] = [
      sources('**/!(*.test|*.fixture|*.contract).ts'),
      sources('**/*.{test,contract}.ts'),
    ];
    const missing = Object.keys(ERRORS).filter(
      (each) => !code.includes(`'${each}'`) || !tests.includes(`'${each}'`),
    );
    expect(missing).toEqual([]);
  });
});

describe('a problem', () => {
  test('is told with what it has', () => {
    const issues = [{ path: '/a', code: 'type', message: 'no' }] as const;
    const problem = new Problem('IN_USE', 'a is used', { issues, current: null });
    expect(problemDocument(problem, 'r-1')).toEqual({
      type: 'urn:featureflags:problem:IN_USE',
      title: 'Something else still needs it',
      status: 409,
      detail: 'a is used',
      code: 'IN_USE',
      requestId: 'r-1',
      issues,
      current: null,
    });
  });

  test('keeps its cause to itself', () => {
    const problem = new Problem('INTERNAL', 'no', { cause: new Error('secret') });
    expect(problem.cause).toEqual(new Error('secret'));
    expect(JSON.stringify(problemDocument(problem, 'r-1'))).not.toContain('secret');
  });
});
