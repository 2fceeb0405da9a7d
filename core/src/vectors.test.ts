import { describe, expect, it } from 'vitest';

import { BUCKETS, mixHashes, place, rolloutSalt, rolloutThreshold, splitSalt } from './buckets.ts';
import { createContext } from './context.ts';
import { evaluate, explain } from './evaluate.ts';
import type { Issue } from './issue.ts';
import type { JsonObject } from './json.ts';
import { fmix32, murmur3 } from './murmur3.ts';
import { parseSnapshot } from './parse.ts';
import type { Result } from './result.ts';
import type { Snapshot } from './snapshot.ts';
import { manifest, vectorFiles, type Case, type VectorFile } from './vectors.fixture.ts';

type Run = (vector: Case, snapshot: Snapshot | undefined) => unknown;

/** How each layer is run; every other file holds whole evaluations. */
const LAYERS: Record<string, Run> = { hash, buckets, explain: explained, parse };

describe('the manifest', () => {
  it('counts the cases of every file', () => {
    const counts = vectorFiles.map((file) => [file.name, file.cases.length]);
    const expected = Object.entries(manifest.files).map(([name, { cases }]) => [name, cases]);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(expected));
    expect(vectorFiles.flatMap((file) => file.cases)).toHaveLength(manifest.total);
  });
});

describe.each(vectorFiles)('$name', (file: VectorFile) => {
  const run = LAYERS[file.topic] ?? evaluated;
  const snapshot = file.snapshot && parseSnapshot(file.snapshot).snapshot;

  it.each(file.cases)('$id: $why', (vector) => {
    expect(run(vector, snapshot)).toEqual(vector.expect);
  });
});

function hash({ input }: Case): unknown {
  return typeof input === 'number'
    ? { fmix32: fmix32(input) }
    : { murmur3: murmur3(String(input)) };
}

function buckets({ salt, value, percent, weights }: Case): unknown {
  const keyHash = murmur3(String(value));
  const isRollout = typeof percent === 'number';
  const saltHash = isRollout ? rolloutSalt(String(salt)) : splitSalt(String(salt));
  const h = mixHashes(keyHash, saltHash);
  if (isRollout) {
    const bucket = place(h, BUCKETS);
    return { keyHash, saltHash, h, bucket, inside: bucket < rolloutThreshold(percent) };
  }
  const list = weights as number[];
  const ends = list.map((_, index) => sum(list.slice(0, index + 1)));
  const point = place(h, sum(list));
  return { keyHash, saltHash, h, point, index: ends.findIndex((end) => point < end) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function evaluated({ flag, context }: Case, snapshot: Snapshot | undefined): unknown {
  const made = createContext(context as JsonObject);
  return withoutMessage(evaluate(snapshot as Snapshot, String(flag), made));
}

function explained({ flag, context }: Case, snapshot: Snapshot | undefined): unknown {
  const made = createContext(context as JsonObject);
  const { result, trace } = explain(snapshot as Snapshot, String(flag), made);
  return { result: withoutMessage(result), trace };
}

function withoutMessage(result: Result): Partial<Result> {
  return Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'errorMessage'));
}

function parse({ snapshot: document }: Case): unknown {
  const { snapshot, issues } = parseSnapshot(document);
  return {
    // A set, which the vectors hold sorted.
    issues: issues.map(({ path, code }) => ({ path, code })).toSorted(byPathAndCode),
    refused: snapshot === undefined ? [] : [...snapshot.refused.keys()].toSorted(),
    ok: snapshot !== undefined,
  };
}

function byPathAndCode(a: Pick<Issue, 'path' | 'code'>, b: Pick<Issue, 'path' | 'code'>): number {
  return `${a.path} ${a.code}` < `${b.path} ${b.code}` ? -1 : 1;
}
