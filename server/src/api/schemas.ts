import type { Schema } from './route.ts';

// What the JSON Schemas of requests and answers are made of.

/** A schema that stands in the document's components. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A list whose elements are of one schema. */
export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** An object of these members and no others. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}

/** An object whose members, whatever their names, are of one schema. */
export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

/** One of some words. */
export function oneOf(...words: readonly string[]): Schema {
  return { type: 'string', enum: [...words] };
}

export const TEXT: Schema = { type: 'string' };

/** The query of calls that are about one environment. */
export interface EnvironmentQuery {
  readonly environment?: string;
}

export const ENVIRONMENT_QUERY: Schema = object({ environment: TEXT });
