import { readdirSync, readFileSync } from 'node:fs';

import { parseSnapshot, type Json, type JsonObject } from '@featureflags/core';

const FOLDER = new URL('../../spec/vectors/', import.meta.url);

/** What a case says an evaluation comes to; the message of errors is not part of it. */
export interface Expected {
  readonly key: string;
  readonly value?: Json;
  readonly variant?: string;
  readonly reason: string;
  readonly ruleId?: string;
  readonly errorCode?: string;
  readonly metadata: JsonObject;
}

export interface Case {
  readonly id: string;
  readonly flag: string;
  readonly context: JsonObject;
  readonly result: Expected;
  /** Only in explain.json. */
  readonly trace?: Json;
}

/** A file of the contract whose cases evaluate flags. */
export interface VectorFile {
  readonly name: string;
  readonly cases: readonly Case[];
  /** The snapshot's flags and segments as a project document, without what must be refused. */
  readonly project: JsonObject;
  /** What a server must refuse to store: fields of flags and of segments. */
  readonly refusedFlags: JsonObject;
  readonly refusedSegments: JsonObject;
}

interface Written {
  readonly topic: string;
  readonly snapshot?: { readonly flags: JsonObject; readonly segments?: JsonObject };
  readonly cases: readonly (JsonObject & { readonly expect: JsonObject })[];
}

/** Every file whose cases have a flag, a context and an expected result. */
export const flagFiles: readonly VectorFile[] = readdirSync(FOLDER)
  .map((name) => ({ name, written: read(name) }))
  .filter(({ name, written }) => name !== 'manifest.json' && written.snapshot !== undefined)
  .map(({ name, written }) => fileOf(name, written));

/** How many cases the manifest counts in those files. */
export function countOf(name: string): number {
  const { files } = read('manifest.json') as unknown as {
    files: Readonly<Record<string, { readonly cases: number }>>;
  };
  return files[name]?.cases ?? 0;
}

function read(name: string): Written {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Written;
}

function fileOf(name: string, { topic, snapshot, cases }: Written): VectorFile {
  const { flags = {}, segments = {} } = snapshot ?? {};
  const refused = refusedOf(flags, segments);
  const segmentsRefused = Object.keys(segments).filter((key) => !isReadable(segments[key] as Json));
  return {
    name,
    cases: cases.map((each) => caseOf(each, topic)),
    project: projectOf(without(flags, refused), without(segments, segmentsRefused)),
    refusedFlags: only(flags, refused),
    refusedSegments: only(segments, segmentsRefused),
  };
}

function caseOf({ id, flag, context, expect }: Written['cases'][number], topic: string): Case {
  const { result, trace } = topic === 'explain' ? expect : { result: expect, trace: undefined };
  return {
    id: id as string,
    flag: flag as string,
    context: context as JsonObject,
    result: result as unknown as Expected,
    ...(trace === undefined ? {} : { trace }),
  };
}

/** The flags that core refuses, and those that require them: no server stores half of a pair. */
function refusedOf(flags: JsonObject, segments: JsonObject): string[] {
  const document = { schema: 1, environment: 'test', version: 1, flags, segments };
  const { snapshot } = parseSnapshot(document);
  if (snapshot === undefined) throw new Error('a snapshot of the vectors is not valid');
  const refused = new Set(snapshot.refused.keys());
  for (let before = -1; before !== refused.size;) {
    before = refused.size;
    for (const [key, { requires }] of snapshot.flags) {
      if (requires.some(({ flag }) => refused.has(flag))) refused.add(key);
    }
  }
  return [...refused];
}

/** True if a snapshot of this segment alone has no issues. */
function isReadable(segment: Json): boolean {
  const document = {
    schema: 1,
    environment: 'test',
    version: 1,
    flags: {},
    segments: { s: segment },
  };
  return parseSnapshot(document).issues.length === 0;
}

function projectOf(flags: JsonObject, segments: JsonObject): JsonObject {
  const written = Object.entries(flags).map(([key, flag]) => [
    key,
    writtenFlag(flag as JsonObject),
  ]);
  return {
    schema: 1,
    environments: ['production'],
    flags: Object.fromEntries(written) as JsonObject,
    segments,
  };
}

/** A snapshot's flag as a project has it: its state stands under the environment. */
function writtenFlag(flag: JsonObject): JsonObject {
  const state = ['enabled', 'off', 'targets', 'rules', 'default'];
  return { ...without(flag, state), environments: { production: only(flag, state) } };
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return filtered(object, (name) => !names.includes(name));
}

function only(object: JsonObject, names: readonly string[]): JsonObject {
  return filtered(object, (name) => names.includes(name));
}

function filtered(object: JsonObject, isWanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => isWanted(name)));
}
