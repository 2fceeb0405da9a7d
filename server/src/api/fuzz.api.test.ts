import { Validator } from '@cfworker/json-schema';
import type { JsonObject } from '@featureflags/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { testApp, type Ask, type TestApp, type Told } from '../app.fixture.ts';
import { ERRORS, type Code } from '../errors.ts';
import {
  shots,
  type Described,
  type Documented,
  type Operation,
  type Shot,
} from '../fuzz.fixture.ts';

/** In the test's name, so that a report of a failure has it. */
const SEED = 20_260_301;
const BATCHES = 80;
const PER_BATCH = 100;

/** What every batch begins with, so that its requests find something. */
const BEGINNING: JsonObject = {
  environments: ['production', 'staging'],
  flags: {
    a: { enabled: true, rules: [{ when: [{ op: 'in_segment', segment: 'b' }], serve: 'off' }] },
    b: { enabled: true, requires: [{ flag: 'a', variants: ['on'] }] },
    c: { enabled: true, default: { split: [{ variant: 'on', weight: 1 }] } },
    constructor: { variants: { on: 1, off: 2.5 } },
  },
  segments: { a: { include: ['a'] }, b: { any: [[{ attribute: 'a', op: 'exists' }]] } },
};

let document: Described;

beforeAll(async () => {
  document = (await (await testApp()).get('/openapi.json')).body as Described;
});

function operationOf({ operation }: Shot): Operation {
  const [method = '', path = ''] = operation.split(' ');
  return document.paths[path]?.[method] as Operation;
}

async function fire(app: TestApp, shot: Shot): Promise<Told> {
  const { method, path, headers, text } = shot;
  const ask: Ask = { method, headers, ...(text === undefined ? {} : { text }) };
  if (!path.includes('/stream')) return app.ask(path, ask);
  const response = await app.request(path, ask);
  if (response.status !== 200) return app.ask(path, ask);
  await response.body?.cancel();
  return { status: 200, headers: response.headers, text: '', body: undefined };
}

const validators = new Map<JsonObject, Validator>();

/** What is wrong with a body by the document; empty if nothing is. */
function mismatches(schema: JsonObject, body: unknown): unknown[] {
  const known = validators.get(schema);
  const whole = { ...schema, components: document.components } as JsonObject;
  const validator = known ?? new Validator(whole, '2020-12', false);
  validators.set(schema, validator);
  return validator.validate(body).errors;
}

/** What is wrong with an answer; undefined if nothing is. */
function complaint(shot: Shot, told: Told): string | undefined {
  // No key, or one of dots, which the URL itself resolves: another address was asked than was meant.
  if (/\/(?:\.|%2e){0,2}(?:\?|$)/i.test(shot.path))
    return told.status < 500 ? undefined : 'crashed';
  if (told.status >= 500) return `answered ${String(told.status)}`;
  const documented = operationOf(shot).responses[String(told.status)];
  if (documented === undefined) return `answered ${String(told.status)}, which is not documented`;
  const type = told.headers.get('content-type')?.split(';')[0] ?? '';
  if (type === 'application/problem+json') return problemComplaint(documented, told);
  return answerComplaint(documented, told, type);
}

function problemComplaint({ description, content }: Documented, told: Told): string | undefined {
  const { code, status } = told.body as { code: Code; status: number };
  if (ERRORS[code].status !== told.status || status !== told.status)
    return 'status and code differ';
  if (!description.includes(`${code}: `)) return `${code} is not documented`;
  const schema = content?.['application/problem+json']?.schema;
  return schema === undefined ? 'problems are not documented' : schemaComplaint(schema, told);
}

function answerComplaint({ content }: Documented, told: Told, type: string): string | undefined {
  if (told.status >= 400 && !told.text.includes('"errorCode":"'))
    return 'neither problem nor OFREP';
  if (content === undefined) return told.text === '' ? undefined : 'a body is not documented';
  const schema = content[type]?.schema;
  if (schema === undefined) return `${type} is not documented`;
  return type === 'application/json' ? schemaComplaint(schema, told) : undefined;
}

function schemaComplaint(schema: JsonObject, { body }: Told): string | undefined {
  const [first] = mismatches(schema, body);
  return first === undefined
    ? undefined
    : `the body is not as documented: ${JSON.stringify(first)}`;
}

describe(`requests made of the OpenAPI document, seed ${String(SEED)}`, () => {
  test(
    `${String(BATCHES * PER_BATCH)} requests are answered as it says`,
    { timeout: 60_000 },
    async () => {
      const statuses = new Map<string, number>();
      const batch = fc.array(shots(document), { minLength: PER_BATCH, maxLength: PER_BATCH });
      await fc.assert(
        fc.asyncProperty(batch, async (all) => {
          const app = await testApp();
          await app.seed(BEGINNING);
          for (const shot of all) {
            const told = await fire(app, shot);
            const name = `${shot.operation} ${String(told.status)}`;
            statuses.set(name, (statuses.get(name) ?? 0) + 1);
            const problem = complaint(shot, told);
            const logged = JSON.stringify(app.logged);
            expect(
              problem,
              `${JSON.stringify(shot)}\n${told.text.slice(0, 2000)}\n${logged}`,
            ).toBeUndefined();
          }
          expect(app.logged).toEqual([]);
          await app.close();
        }),
        { seed: SEED, numRuns: BATCHES, endOnFailure: true },
      );
      // The requests were worth something: every operation succeeded, and most also failed.
      const succeeded = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods)
          .filter((method) =>
            [200, 201, 202, 204].every(
              (status) => !statuses.has(`${method} ${path} ${String(status)}`),
            ),
          )
          .map((method) => `${method} ${path}`),
      );
      expect(succeeded).toEqual([]);
    },
  );
});
