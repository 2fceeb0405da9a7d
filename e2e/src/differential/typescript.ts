// The TypeScript side of the differential test: documents in, canonical answers out, line by line.

import { createInterface } from 'node:readline';

import {
  createContext,
  explain,
  parseSnapshot,
  type Json,
  type JsonObject,
  type Snapshot,
} from '@featureflags/core';

import { canonical } from './canonical.ts';

type Line = { readonly snapshot: Json } | { readonly flag: string; readonly context: JsonObject };

let snapshot: Snapshot | undefined;

function answer(line: Line): Json {
  if ('snapshot' in line) return issuesOf(line.snapshot);
  if (snapshot === undefined) return { snapshot: false };
  const { result, trace } = explain(snapshot, line.flag, createContext(line.context));
  const { errorMessage: _, ...rest } = { errorMessage: undefined, ...result };
  return { result: rest, trace } as unknown as Json;
}

function issuesOf(document: Json): Json {
  const parsed = parseSnapshot(document);
  snapshot = parsed.snapshot;
  const issues = parsed.issues.map(({ path, code }) => ({ code, path }));
  return { issues: issues.toSorted((one, other) => (order(one) < order(other) ? -1 : 1)) };
}

function order({ path, code }: { readonly path: string; readonly code: string }): string {
  return `${path}\n${code}`;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${canonical(answer(JSON.parse(line) as Line))}\n`);
}
