import { Validator } from '@cfworker/json-schema';
import type { Json, JsonObject } from '@featureflags/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { testApp } from './app.fixture.ts';
import { isSurelyBatch, MAX_EVENTS } from './client-event.ts';

async function schema(): Promise<JsonObject> {
  const { body } = await (await testApp()).get('/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, Operation>> };
  return paths['/events']?.['post']?.requestBody.content['application/json']?.schema as JsonObject;
}

interface Operation {
  readonly requestBody: { readonly content: Readonly<Record<string, { schema: JsonObject }>> };
}

/** A value that is allowed, most of the time. */
function mostly(...allowed: fc.Arbitrary<Json>[]): fc.Arbitrary<Json | undefined> {
  const wrong = fc.constantFrom<(Json | undefined)[]>(
    '',
    'x'.repeat(129),
    0,
    -1,
    1.5,
    2 ** 53,
    null,
    undefined,
    {},
    [],
  );
  return fc.oneof({ arbitrary: fc.oneof(...allowed), weight: 60 }, wrong);
}

const NAME = mostly(fc.constantFrom('a', '🎉'.repeat(64), '🎉'.repeat(65), 'x'.repeat(128)));
const COUNT = mostly(fc.constantFrom(1, 7, Number.MAX_SAFE_INTEGER));
const TIME = mostly(
  fc.constantFrom(
    '2026-03-01T12:00:00.000Z',
    '2026-02-31T12:00:00.000Z',
    '2026-03-01T24:00:00.000Z',
    '2026-03-01T12:00:00Z',
    '+002026-03-01T12:00:00.00',
    '0000-01-01T00:00:00.000Z',
  ),
);
const COMMON = { id: mostly(fc.uuid()), count: COUNT, time: TIME };
const MORE = { sum: mostly(fc.double({ noNaN: true })), user: mostly(fc.constant('ann')) };
const KINDS = [
  fc.record({ ...COMMON, kind: mostly(fc.constant('exposure')), flag: NAME, variant: NAME }),
  fc.record({ ...COMMON, kind: mostly(fc.constant('conversion')), event: NAME }),
];

/** Mostly one kind's fields and no more; what is undefined is left out. */
const EVENT = fc
  .tuple(
    fc.oneof(...KINDS),
    fc.oneof({ arbitrary: fc.constant({}), weight: 3 }, fc.record(MORE, { requiredKeys: [] })),
  )
  .map(([event, more]) => JSON.parse(JSON.stringify({ ...event, ...more })) as Json);

test('what surely is a batch is one by the schema', async () => {
  const validator = new Validator(await schema(), '2020-12', true);
  let sure = 0;
  fc.assert(
    fc.property(EVENT, (event) => {
      const body = { events: [event] };
      if (!isSurelyBatch(body)) return;
      sure += 1;
      expect([event, validator.validate(body).valid]).toEqual([event, true]);
    }),
    { seed: 20_261_122, numRuns: 5000 },
  );
  expect(sure).toBeGreaterThan(500);
});

test('what SDKs send surely is one', () => {
  const id = '0b3e4f1c-2f0e-4c5b-9f3a-6d1f5f0c9b7e';
  const common = { id, count: 1, time: '2026-11-22T10:00:00.000Z' };
  const exposure = { ...common, kind: 'exposure', flag: 'a', variant: 'on' };
  const conversion = { ...common, kind: 'conversion', event: 'buy' };
  const events: Json[] = [exposure, conversion, { ...conversion, sum: -1.5 }];
  expect(isSurelyBatch({ events })).toBe(true);
  const many = (length: number): Json[] => Array.from({ length }, () => exposure);
  expect(isSurelyBatch({ events: many(MAX_EVENTS) })).toBe(true);
  expect(isSurelyBatch({ events: many(MAX_EVENTS + 1) })).toBe(false);
  expect(isSurelyBatch({ events, user: 'ann' })).toBe(false);
});
