import type { Json, JsonObject } from '@featureflags/core';

import { ERRORS, type Code } from '../errors.ts';
import { VERSION } from '../version.ts';
import { json, route, type Answer, type Route } from './route.ts';
import { COMPONENTS } from './components.ts';
import { ref } from './schemas.ts';

/** Problems that any call can have. */
const ANYWHERE: readonly Code[] = [
  'INVALID_QUERY',
  'FORBIDDEN_HOST',
  'FORBIDDEN_PROXY',
  'INTERNAL',
];
/** Problems of every call that needs a token, where the server asks for one. */
const WITH_TOKEN: readonly Code[] = ['TOKEN_MISSING', 'TOKEN_INVALID'];
/** Problems of every call that takes a body. */
const WITH_BODY: readonly Code[] = [
  'MALFORMED_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_ENCODING',
  'INVALID_BODY',
];
/** What only calls that change something ask of a body: requests.ts has the reason. */
const WRITTEN_BODY: Code = 'UNSUPPORTED_MEDIA_TYPE';
/** Problems of every call that changes something. */
const WITH_WRITE: readonly Code[] = [
  'FORBIDDEN_ORIGIN',
  'INVALID_HEADER',
  'FILE_INVALID',
  'STORE_UNAVAILABLE',
];

/** The call that serves the document, which describes itself too. */
export function openApiRoute(others: readonly Route[]): Route {
  const own: Route = route({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    tag: 'Operating',
    isPublic: true,
    answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
    problems: [],
    handle: () => json(document([...others, own])),
  });
  return own;
}

/** The OpenAPI 3.1 document of the routes, made of the schemas that read their requests. */
function document(routes: readonly Route[]): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const each of routes) (paths[each.path] ??= {})[each.method] = operation(each);
  return {
    openapi: '3.1.0',
    info: {
      title: 'FeatureFlags',
      version: VERSION,
      description: 'Feature flags from one small process.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: { schemas: COMPONENTS as JsonObject, securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES: JsonObject = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of the server. One that asks for none answers without it.',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same token.' },
};

function operation(each: Route): JsonObject {
  return {
    operationId: operationId(each),
    summary: each.summary,
    tags: [each.tag],
    ...(each.isPublic === true ? { security: [] } : {}),
    parameters: [...pathParameters(each.path), ...queryParameters(each)],
    ...(each.body === undefined ? {} : { requestBody: requestBody(each) }),
    responses: { ...answers(each), ...problems(each) },
  };
}

/** `GET /flags/{key}` → `getFlagsByKey`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route): JsonObject[] {
  if (query === undefined) return [];
  const schema = query;
  const required = (schema['required'] ?? []) as readonly string[];
  const named = Object.entries((schema['properties'] ?? {}) as JsonObject).map(([name, each]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: each,
  }));
  const isOpen = schema['additionalProperties'] === true;
  return isOpen ? [...named, ATTRIBUTES] : named;
}

/** Free parameters: `?country=US&plan=pro`. */
const ATTRIBUTES: JsonObject = {
  name: 'attributes',
  in: 'query',
  style: 'form',
  explode: true,
  description: 'Attributes of the context, each a parameter of its own',
  schema: { type: 'object', additionalProperties: { type: 'string' } },
};

function requestBody({ body, path }: Route): JsonObject {
  if (body === undefined) throw new Error(`${path} has no body`);
  const { schema, optional } = body;
  return { required: optional !== true, content: { 'application/json': { schema } } };
}

function answers(each: Route): JsonObject {
  return Object.fromEntries(
    Object.entries(each.answers).map(([status, answer]) => [status, answerOf(answer)]),
  );
}

function answerOf({ description, schema, type = 'application/json' }: Answer): JsonObject {
  const isText = type !== 'application/json';
  if (!isText && schema === undefined) return { description };
  return {
    description,
    content: { [type]: { schema: isText ? { type: 'string' } : (schema ?? {}) } },
  };
}

function problems(each: Route): JsonObject {
  const codes = new Set([
    ...each.problems,
    ...(each.isPublic === true ? [] : WITH_TOKEN),
    ...(each.body === undefined ? [] : WITH_BODY),
    ...(each.writes === true ? WITH_WRITE : []),
    ...(each.writes === true && each.body !== undefined ? [WRITTEN_BODY] : []),
    ...ANYWHERE,
  ]);
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  // OFREP has a form of its own for mistakes of the client.
  const isTold = ([status]: [number, Code[]]): boolean => each.isOfrep !== true || status !== 400;
  return Object.fromEntries(
    [...byStatus]
      .filter(isTold)
      .map(([status, found]) => [String(status), problemOf(found, each.answers[status])]),
  );
}

/** @param answer what else the call says with that status, in its protocol's own form */
function problemOf(codes: readonly Code[], answer: Answer | undefined): JsonObject {
  const own = answer === undefined ? {} : answerOf(answer);
  const titles = codes.map((code) => `${code}: ${ERRORS[code].title}`);
  return {
    description: [...(answer === undefined ? [] : [answer.description]), ...titles].join('; '),
    content: {
      ...(own['content'] as JsonObject | undefined),
      'application/problem+json': { schema: ref('Problem') },
    },
  };
}
