import { readdirSync, readFileSync } from 'node:fs';

import type { Json, JsonObject } from './json.ts';

const FOLDER = new URL('../../spec/vectors/', import.meta.url);

/** One case of a vector file; what else it holds depends on the file's layer. */
export interface Case {
  readonly id: string;
  readonly step: string;
  readonly why: string;
  readonly expect: JsonObject;
  readonly [field: string]: Json;
}

export interface VectorFile {
  readonly name: string;
  readonly topic: string;
  readonly snapshot?: JsonObject;
  readonly cases: readonly Case[];
}

/** How many cases each file must have. */
export interface Manifest {
  readonly files: Readonly<Record<string, { readonly cases: number }>>;
  readonly total: number;
}

export const manifest: Manifest = readJson('manifest.json') as Manifest;

/** Every vector file of the contract. */
export const vectorFiles: readonly VectorFile[] = readdirSync(FOLDER)
  .filter((name) => name !== 'manifest.json')
  .map((name) => ({ ...(readJson(name) as VectorFile), name }));

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}
