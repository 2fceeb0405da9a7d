import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';

import { testApp } from '../app.fixture.ts';
import { ERRORS } from '../errors.ts';
import { VERSION } from '../version.ts';
import { ROUTES } from './routes.ts';

/** As much of the document as is looked at here. */
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

async function documentOf(): Promise<Document> {
  const { status, body } = await (await testApp()).get('/openapi.json');
  expect(status).toBe(200);
  return body as Document;
}

function operations({ paths }: Document): [string, Operation][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]): [string, Operation] => [
      `${method} ${path}`,
      each,
    ]),
  );
}

describe('GET /openapi.json', () => {
  test('is valid OpenAPI 3.1', async () => {
    const document = await documentOf();
    const { valid, errors } = await new Validator().validate(document as never);
    expect(errors).toBeUndefined();
    expect([valid, document.openapi, document.info.version]).toEqual([true, '3.1.0', VERSION]);
  });

  test('has every route, and every route is in it', async () => {
    const documented = operations(await documentOf()).map(([name]) => name);
    const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(routes.toSorted());
    expect(new Set(routes).size).toBe(routes.length);
  });

  test('every operation is answered by its own route', async () => {
    const app = await testApp();
    for (const [name] of operations(await documentOf())) {
      const [method = '', path = ''] = name.split(' ');
      const response = await app.request(path.replace('{key}', 'x'), {
        method: method.toUpperCase(),
      });
      expect([name, response.status]).not.toEqual([name, 405]);
      await response.body?.cancel();
    }
    const { text } = await app.get('/metrics');
    for (const { method, path } of ROUTES.filter((route) => route.path !== '/metrics')) {
      expect(text).toContain(`method="${method.toUpperCase()}",route="${path}"`);
    }
  });

  test('names each operation, and its path parameters', async () => {
    const all = operations(await documentOf());
    expect(new Set(all.map(([, { operationId }]) => operationId)).size).toBe(all.length);
    for (const [name, { parameters }] of all) {
      const inPath = parameters.filter((each) => each.in === 'path').map((each) => each.name);
      expect([name, inPath]).toEqual([name, name.includes('{key}') ? ['key'] : []]);
    }
  });

  test('tells of known codes only, and of all of them', async () => {
    const told = operations(await documentOf()).flatMap(([, { responses }]) =>
      Object.entries(responses).flatMap(([status, { description }]) =>
        [...description.matchAll(/\b([A-Z]+(?:_[A-Z]+)+|INTERNAL)\b: /g)].map(([, code = '']) => {
          expect(ERRORS).toHaveProperty(code, expect.objectContaining({ status: Number(status) }));
          return code;
        }),
      ),
    );
    // What is told where no operation is: by the address alone.
    const elsewhere = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];
    expect([...new Set([...told, ...elsewhere])].toSorted()).toEqual(
      Object.keys(ERRORS).toSorted(),
    );
  });

  test('refers to nothing that is not there, and holds nothing that is not referred to', async () => {
    const document = await documentOf();
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(names)].toSorted()).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    );
  });
});
