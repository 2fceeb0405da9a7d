import { Validator, type OutputUnit } from '@cfworker/json-schema';
import {
  emptyObject,
  isJsonObject,
  pointerStep,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import { readJson } from './api/body.ts';
import type { Route, Schema } from './api/route.ts';
import { Problem } from './errors.ts';
import { invalidBody } from './invalid-body.ts';
import { parametersOf, surelyFits } from './parameters.ts';

/** Reads the query of a request by the route's schema. @throws INVALID_QUERY */
export function readQuery({ query, method, path }: Route, url: string): unknown {
  const start = url.indexOf('?');
  const parameters = start === -1 ? emptyObject() : parametersOf(url.slice(start + 1));
  if (query !== undefined) {
    return surelyFits(query, parameters) ? parameters : parsed(query, parameters, invalidQuery);
  }
  const [unknown] = Object.keys(parameters);
  if (unknown === undefined) return parameters;
  const detail = `${method.toUpperCase()} ${path} takes no parameters, got ${JSON.stringify(unknown)}.`;
  throw new Problem('INVALID_QUERY', detail);
}

/**
 * Reads the body of a request by the route's schema.
 * @param limit bytes
 * @throws INVALID_BODY and what api/body.ts throws
 */
export async function readBody(route: Route, request: Request, limit: number): Promise<unknown> {
  const { body, writes } = route;
  if (body === undefined) return undefined;
  // What only reads needs no guard against pages of other sites.
  const mediaType = writes === true ? 'must be JSON' : 'may be anything';
  const value = await readJson(request, limit, mediaType);
  if (value === undefined && body.optional === true) return undefined;
  if (body.surelyFits?.(value) === true) return value;
  if (body.mostValues !== undefined) checkSize(value, body.mostValues);
  if (body.isJudgedByCore !== true) return parsed(body.schema, value, invalidBody);
  // What is not kept may have any numbers: the contract reads them.
  if (isJsonObject(value)) return writes === true ? checkNumbers(value) : value;
  const message = value === undefined ? 'a body is missing' : 'expected an object';
  throw invalidBody([{ path: '', code: 'type', message }]);
}

/** The validator complains of every value, and half a million complaints are too many for it. */
function checkSize(body: Json | undefined, most: number): void {
  const waiting: Json[] = [body ?? null];
  let left = most;
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    left -= members.length;
    if (left < 0) break;
    waiting.push(...members);
  }
  if (left >= 0) return;
  const message = 'it has more elements and fields than this call can take';
  throw invalidBody([{ path: '', code: 'range', message }]);
}

/** JSON can spell numbers that no double holds: kept, they would be null when they are read again. */
function checkNumbers(body: JsonObject): JsonObject {
  const path = endlessNumber(body);
  if (path === undefined) return body;
  throw invalidBody([{ path, code: 'range', message: 'the number is too large to be kept' }]);
}

/** Where the first number beyond a double's range is. */
function endlessNumber(value: Json): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const path = endlessNumber(member);
    if (path !== undefined) return `${pointerStep(name)}${path}`;
  }
  return undefined;
}

type Issues = Parameters<typeof invalidBody>[0];

/** A validator for each schema, made when it is first needed. */
const validators = new WeakMap<Schema, Validator>();

function validatorOf(schema: Schema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const validator = new Validator(schema, '2020-12', false);
  validators.set(schema, validator);
  return validator;
}

function parsed(schema: Schema, value: unknown, problem: (issues: Issues) => Problem): unknown {
  if (value === undefined) {
    throw problem([{ path: '', code: 'type', message: 'a body is missing' }]);
  }
  const { valid, errors } = validatorOf(schema).validate(value);
  if (valid) return value;
  throw problem(errors.filter(({ keyword }) => keyword in CODES).map(issueOf));
}

function invalidQuery(issues: Issues): Problem {
  const [first] = issues;
  const detail = `${(first?.path ?? '').slice(1)}: ${first?.message ?? ''}`;
  return new Problem('INVALID_QUERY', detail, { issues });
}

/** The keywords that tell what is wrong; the others only tell where something below is. */
const CODES: Readonly<Record<string, Issues[number]['code']>> = {
  type: 'type',
  required: 'required',
  additionalProperties: 'unknown',
  enum: 'value',
  pattern: 'value',
  format: 'value',
  minimum: 'range',
  maximum: 'range',
  minLength: 'range',
  maxLength: 'range',
  maxItems: 'range',
};

/** The validator's complaint in the words of the project. */
function issueOf({ keyword, instanceLocation, error }: OutputUnit): Issues[number] {
  const path = instanceLocation.slice(1);
  const code = CODES[keyword] ?? 'value';
  const name = /"(.*)"/s.exec(error)?.[1] ?? '';
  const member = `${path}${pointerStep(name)}`;
  if (code === 'required') return { path: member, code, message: `${name} is missing` };
  if (code === 'unknown') return { path: member, code, message: 'is not known here' };
  return { path, code, message: error.replace(/\.$/, '') };
}
