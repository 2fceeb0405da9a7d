import {
  isJsonObject,
  mixHashes,
  murmur3,
  parseSnapshot,
  rolloutSalt,
  splitSalt,
  type Json,
  type JsonObject,
} from '@featureflags/core';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import { flagOf, keeping } from './platform.fixture.ts';

const FOLDER = new URL('../../../spec/vectors/', import.meta.url);

interface Case {
  readonly id: string;
  readonly why: string;
  readonly flag?: string;
  readonly context?: JsonObject;
  readonly snapshot?: Json;
  readonly expect: JsonObject;
  readonly [field: string]: Json | undefined;
}
interface VectorFile {
  readonly topic: string;
  readonly snapshot?: JsonObject;
  readonly cases: readonly Case[];
}

const { files } = read('manifest.json') as { files: Record<string, { cases: number }> };

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

test('the manifest names every file', () => {
  const found = readdirSync(FOLDER).filter((name) => name !== 'manifest.json');
  expect(found.toSorted()).toEqual(Object.keys(files).toSorted());
});

describe.each(Object.entries(files))('%s', (name, { cases: count }) => {
  const file = read(name) as VectorFile;
  const client = clientOf(file.snapshot);
  let ran = 0;

  test.each(file.cases)('$id: $why', (vector) => {
    ran += 1;
    expect(outcome(file.topic, vector, client)).toEqual(vector.expect);
  });

  test('as many ran as the manifest says', () => {
    expect(ran).toBe(count);
  });
});

function clientOf(snapshot: JsonObject | undefined): FeatureClient {
  const logger = keeping();
  return new FeatureClient({ offline: snapshot ?? {}, logger });
}

function outcome(topic: string, vector: Case, client: FeatureClient): unknown {
  if (topic === 'hash') return hashed(vector);
  if (topic === 'buckets') return bucketed(vector);
  if (topic === 'parse') return parsed(vector);
  if (topic !== 'explain') return evaluated(vector, client);
  const { result, trace } = client.explain(vector.flag ?? '', vector.context);
  return { result: withoutMessage(result), trace };
}

function hashed({ input }: Case): unknown {
  // The finalizer alone: two halves of which one is nothing.
  return typeof input === 'number'
    ? { fmix32: mixHashes(input, 0) }
    : { murmur3: murmur3(String(input)) };
}

/** A flag with this salt and this rollout or split, explained for this value. */
function bucketed({ salt = '', value = '', percent, weights }: Case): unknown {
  const split = (weights as number[] | undefined)?.map((weight, index) => ({
    variant: `v${String(index)}`,
    weight,
  }));
  const variants = split?.map(({ variant }) => ({ name: variant, value: true }));
  const flag = flagOf(false, {
    salt,
    ...(variants === undefined ? {} : { variants, off: 'v0', default: { variant: 'v0' } }),
    rules: [
      split
        ? { id: 'r', serve: { split } }
        : { id: 'r', rollout: { percent }, serve: { variant: 'on' } },
    ],
  });
  const client = clientOf({
    schema: 1,
    environment: 'e',
    version: 1,
    flags: { f: flag },
  } as JsonObject);
  const { trace } = client.explain('f', { targetingKey: value });
  const { rollout, split: part } = trace[2] as {
    rollout?: { bucket: number; inside: boolean };
    split?: { point: number; variant: string };
  };
  const keyHash = murmur3(String(value));
  const saltHash = split ? splitSalt(String(salt)) : rolloutSalt(String(salt));
  const hashes = { keyHash, saltHash, h: mixHashes(keyHash, saltHash) };
  if (rollout) return { ...hashes, bucket: rollout.bucket, inside: rollout.inside };
  return { ...hashes, point: part?.point, index: Number(part?.variant.slice(1)) };
}

/** Details with null for default: the contract's result is all that is in them but the standing. */
function evaluated({ flag = '', context, expect: expected }: Case, client: FeatureClient): unknown {
  const { value, version, stale, ...result } = client.details(flag, null, context);
  expect(version).toBeTypeOf('number');
  expect(stale).toBe(false);
  const isOn = client.isEnabled(flag, undefined, context);
  if (typeof expected['value'] === 'boolean') expect(isOn).toBe(expected['value']);
  if (expected['reason'] === 'ERROR') {
    expect(isOn).toBe(false);
    expect(value).toBe(null);
    return withoutMessage(result);
  }
  expect(apart(client, flag, context)).toEqual(isOn);
  return { ...result, value };
}

/** The same asked with the user and the attributes apart. */
function apart(client: FeatureClient, flag: string, context: JsonObject = {}): boolean {
  const { targetingKey, ...attributes } = context;
  return client.isEnabled(flag, targetingKey as string, attributes);
}

function withoutMessage(result: object): unknown {
  const { errorMessage, ...rest } = result as { errorMessage?: string };
  if ('errorCode' in rest) expect(errorMessage).toMatch(/./);
  return rest;
}

function parsed({ snapshot: document }: Case): unknown {
  const { snapshot, issues } = parseSnapshot(document);
  const logger = keeping();
  const client = new FeatureClient({ offline: isJsonObject(document) ? document : {}, logger });
  // What the parser refuses is told; what it takes answers.
  expect(client.status().state).toBe(snapshot === undefined ? 'starting' : 'ready');
  if (snapshot === undefined) expect(logger.lines).toHaveLength(1);
  const found = issues.map(({ path, code }) => ({ path, code }));
  return {
    issues: found.toSorted((a, b) => (`${a.path} ${a.code}` < `${b.path} ${b.code}` ? -1 : 1)),
    refused: Object.values(client.all())
      .filter(({ errorCode }) => errorCode === 'PARSE_ERROR')
      .map(({ key }) => key),
    ok: snapshot !== undefined,
  };
}
