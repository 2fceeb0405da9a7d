import { beforeAll, describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { DOORS, isRefused, type Door } from './doors.ts';
import { startServer, type Server } from './server.ts';
import { countOf, flagFiles, type Case, type VectorFile } from './vectors.ts';

let server: Server;
const counts: Record<string, number> = { core: 0 };
const leftOut: Record<string, Record<string, number>> = {};

/** Every case that a door cannot be asked, and why. A new vector that is one is added here by hand. */
const REFUSED = { 'a flag that no server stores': 12 };
const LEFT_OUT = {
  POST: REFUSED,
  GET: {
    ...REFUSED,
    'a value that is no string': 278,
    'a list of fewer than two': 27,
    'a lone surrogate cannot stand in an address': 17,
  },
  OFREP: { ...REFUSED, 'a key that cannot stand in a path': 1 },
  ffctl: REFUSED,
};

beforeAll(async () => {
  server = await startServer({ options: ['--storage', 'memory'] });
});

describe.each(flagFiles)('$name', (file) => {
  beforeAll(async () => {
    counts['core'] = (counts['core'] ?? 0) + file.cases.length;
    await ok(`${server.url}/import?mode=replace`, 'POST', file.project);
  });

  test('has as many cases as the manifest says', () => {
    expect(file.cases).toHaveLength(countOf(file.name));
  });

  test('what cannot be read is not stored', async () => {
    for (const [kind, all] of [
      ['flags', file.refusedFlags],
      ['segments', file.refusedSegments],
    ] as const) {
      for (const [key, fields] of Object.entries(all)) {
        const { status, body } = await call(`${server.url}/${kind}/${key}`, 'POST', fields);
        expect({ key, status, code: body['code'] }).toEqual({
          key,
          status: 400,
          code: 'INVALID_BODY',
        });
      }
    }
  });

  test.each(DOORS)('through $name', async (door) => {
    const differences: unknown[] = [];
    for (const vector of file.cases) {
      const difference = await differenceAt(door, vector, file);
      if (difference !== undefined) differences.push(difference);
    }
    expect(differences).toEqual([]);
  });
});

async function differenceAt(door: Door, vector: Case, file: VectorFile): Promise<unknown> {
  const reason = door.inexpressible(vector) ?? notStored(vector, file);
  if (reason !== undefined) {
    const reasons = (leftOut[door.name] ??= {});
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    return undefined;
  }
  counts[door.name] = (counts[door.name] ?? 0) + 1;
  const told = await door.ask(server.url, vector).catch(String);
  const expecting = isRefused(vector) ? door.refusal(vector) : door.expected(vector);
  const expected: unknown = JSON.parse(JSON.stringify(expecting));
  try {
    expect(told).toEqual(expected);
    return undefined;
  } catch {
    return { id: vector.id, told, expected };
  }
}

function notStored({ flag }: Case, { refusedFlags }: VectorFile): string | undefined {
  return Object.hasOwn(refusedFlags, flag) ? 'a flag that no server stores' : undefined;
}

test('nothing is left out silently', () => {
  const told = ['core', ...DOORS.map(({ name }) => name)].map(
    (name) => `${name} ${String(counts[name])}`,
  );
  console.log(`vectors: ${told.join(', ')}`);
  expect(leftOut).toEqual(LEFT_OUT);
  for (const { name } of DOORS) {
    const out = Object.values(leftOut[name] ?? {}).reduce((sum, count) => sum + count, 0);
    expect((counts[name] ?? 0) + out).toBe(counts['core']);
    expect(counts[name]).toBeGreaterThanOrEqual(400);
  }
});
