import type { Json, JsonObject } from '@featureflags/core';
import fc from 'fast-check';

// Makes requests out of the OpenAPI document: what its schemas allow, what is nearly so, garbage.

/** A request as fast-check made it. */
export interface Shot {
  /** `post /flags/{key}`: the operation that is meant. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** As much of the document as requests are made of. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> };
}

export interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonObject }>> };
  readonly responses: Readonly<Record<string, Documented>>;
}

/** What an operation may answer with a status. */
export interface Documented {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: JsonObject;
}

type Arbitrary = fc.Arbitrary<Json>;

/** Few keys, so that requests meet: what one makes, another changes, needs and deletes. */
const KEYS = ['a', 'b', 'c', 'on', 'off', 'production', 'staging', 'constructor'];
const STRANGE = ['', '..', '__proto__', 'a/b', '\'"', '\u0000', '%', 'ä🚩', 'x'.repeat(200)];

const key = fc.constantFrom(...KEYS);
const word = fc.oneof(
  { arbitrary: key, weight: 6 },
  fc.constantFrom(...STRANGE, '1', '10%', '2026-01-01T00:00:00Z', '1.2.3', '10.0.0.0/8'),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
);
const garbage: Arbitrary = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as Json);

/** Every operation of the document, with requests for it. */
export function shots(document: Described): fc.Arbitrary<Shot> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  return fc.constantFrom(...operations).chain(({ method, path, operation }) =>
    fc.record({
      operation: fc.constant(`${method} ${path}`),
      method: fc.constant(method.toUpperCase()),
      path: address(path, operation),
      headers,
      text: body(operation, document),
    }),
  );
}

function address(path: string, { parameters }: Operation): fc.Arbitrary<string> {
  const inPath = fc.oneof({ arbitrary: key, weight: 8 }, word).map(encodeURIComponent);
  const query = parameters.filter((each) => each.in === 'query' && each.name !== 'attributes');
  const pairs = query.map((each) => fc.tuple(fc.constant(each.name), parameterValue(each)));
  const given = fc
    .tuple(...pairs.map((pair, index) => maybe(pair, query[index]?.required === true ? 9 : 1)))
    .map((all) => all.filter((pair) => pair !== undefined));
  const more = fc.oneof(
    { arbitrary: fc.constant([]), weight: 8 },
    fc.array(fc.tuple(fc.oneof(word, fc.constant('user_id')), word), { maxLength: 3 }),
  );
  return fc.tuple(inPath, given, more).map(([name, own, others]) => {
    const text = [...own, ...others]
      .map((pair) => pair.map((each) => encodeURIComponent(each.toWellFormed())).join('='))
      .join('&');
    return `${path.replace('{key}', name)}${text === '' ? '' : `?${text}`}`;
  });
}

function parameterValue({ schema }: Parameter): fc.Arbitrary<string> {
  const words = schema['enum'] as readonly string[] | undefined;
  if (words !== undefined)
    return fc.oneof({ arbitrary: fc.constantFrom(...words), weight: 9 }, word);
  if ('pattern' in schema) return fc.oneof({ arbitrary: fc.nat(50).map(String), weight: 9 }, word);
  return fc.oneof({ arbitrary: key, weight: 3 }, word);
}

function maybe<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary, weight }, fc.constant(undefined));
}

const tag = fc.oneof(
  fc.nat(30).map((version) => `"${String(version)}"`),
  fc.constantFrom('*', '"x"', 'x', ''),
);

const headers: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain', ''),
    maybe(fc.constantFrom('ann', 'ü', 'a\tb', ''), 1),
    fc.record(
      { 'if-match': tag, 'if-none-match': tag, 'last-event-id': tag },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.constantFrom({}, {}, {}, {}, { origin: 'https://evil.example' }, { host: 'evil.example' }),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([type, actor, guards, foreign, dice]) => ({
    ...(type === '' ? {} : { 'content-type': type }),
    ...(actor === undefined ? {} : { 'ff-actor': actor }),
    // Mostly left out, or nearly nothing would ever be changed.
    ...(dice < 2 ? guards : {}),
    ...(dice === 2 ? foreign : {}),
    ...(dice === 3 ? { 'content-encoding': 'gzip' } : {}),
  }));

function body({ requestBody }: Operation, document: Described): fc.Arbitrary<string | undefined> {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return fc.constant(undefined);
  const valid = fromSchema(schema, document, 0).map((value) => JSON.stringify(value));
  return fc.oneof(
    { arbitrary: valid, weight: 12 },
    {
      arbitrary: fc.tuple(valid, fc.nat(), fc.constantFrom('', '"', '{', ',', '1e400')).map(broken),
      weight: 2,
    },
    { arbitrary: garbage.map((value) => JSON.stringify(value)), weight: 2 },
    fc.string({ maxLength: 20 }),
    fc.constant(undefined),
  );
}

/** The text with one character gone, or another in its place. */
function broken([text, place, instead]: [string, number, string]): string {
  const at = place % (text.length + 1);
  return `${text.slice(0, at)}${instead}${text.slice(at + 1)}`;
}

/** JSON that a schema allows; one time in twenty, something else. */
function fromSchema(schema: JsonObject, document: Described, depth: number): Arbitrary {
  const arbitrary = allowed(schema, document, depth + 1);
  return fc.oneof(
    { arbitrary, weight: 40 },
    garbage,
    fc.constantFrom<Json>(null, -0, 1e308, '', []),
  );
}

function allowed(schema: JsonObject, document: Described, depth: number): Arbitrary {
  const {
    $ref,
    const: only,
    enum: words,
    oneOf,
    anyOf,
    allOf,
    type,
  } = schema as Record<string, never>;
  if ($ref !== undefined) {
    const name = String($ref).split('/').at(-1) ?? '';
    return fromSchema(document.components.schemas[name] ?? {}, document, depth);
  }
  if (only !== undefined) return fc.constant(only);
  if (words !== undefined) return fc.constantFrom(...(words as Json[]));
  // Of conditions, what follows where they do not hold: one of them does not.
  const otherwise = (allOf as { else: JsonObject }[] | undefined)?.map((each) => each.else);
  const choices: JsonObject[] | undefined = oneOf ?? anyOf ?? otherwise;
  if (choices !== undefined) {
    return fc.oneof(...choices.map((each) => fromSchema(each, document, depth)));
  }
  const types = [type as unknown].flat() as (string | undefined)[];
  return fc.oneof(...types.map((each) => ofType(each, schema, document, depth)));
}

const FORMATS: Readonly<Record<string, Arbitrary>> = {
  uuid: fc.uuid(),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

function ofType(
  type: string | undefined,
  schema: JsonObject,
  document: Described,
  depth: number,
): Arbitrary {
  switch (type ?? 'any') {
    case 'string':
      return FORMATS[String(schema['format'])] ?? ('pattern' in schema ? key : word);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.nat(40);
    case 'number':
      return fc.oneof(fc.nat(100), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'null':
      return fc.constant(null);
    case 'array': {
      const items = fromSchema(schema['items'] as JsonObject, document, depth);
      return fc.array(items, { maxLength: depth > 6 ? 1 : 3 });
    }
    case 'object':
      return members(schema, document, depth);
    default:
      return fc.oneof({ arbitrary: word, weight: 2 }, fc.boolean(), fc.nat(100), garbage);
  }
}

function members(schema: JsonObject, document: Described, depth: number): Arbitrary {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>;
  const required = (schema['required'] ?? []) as string[];
  const named = Object.entries(properties).map(([name, each]) =>
    maybe(
      fromSchema(each, document, depth).map((value): [string, Json] => [name, value]),
      required.includes(name) ? 40 : 1,
    ),
  );
  const rest = schema['additionalProperties'];
  const value =
    typeof rest === 'object' ? fromSchema(rest as JsonObject, document, depth) : garbage;
  const more = fc.array(fc.tuple(word, value), { maxLength: typeof rest === 'object' ? 3 : 1 });
  const isOpen = typeof rest === 'object';
  const others = isOpen ? more : fc.oneof({ arbitrary: fc.constant([]), weight: 30 }, more);
  return fc
    .tuple(fc.tuple(...named), others)
    .map(([own, free]) =>
      Object.fromEntries([...free, ...own.filter((each) => each !== undefined)]),
    );
}
