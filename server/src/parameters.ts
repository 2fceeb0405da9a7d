import { emptyObject, type Json, type JsonObject } from '@featureflags/core';

import type { Schema } from './api/route.ts';

/** The parameters of a query; one that comes twice is a list. */
export function parametersOf(text: string): JsonObject {
  const parameters = emptyObject<string | string[]>();
  for (const [name, value] of pairsOf(text)) {
    const before = parameters[name];
    if (before === undefined) parameters[name] = value;
    else if (typeof before === 'string') parameters[name] = [before, value];
    else before.push(value);
  }
  return parameters;
}

/** As URLSearchParams has them; where nothing is escaped, without its cost. */
function pairsOf(text: string): Iterable<readonly [name: string, value: string]> {
  if (/[%+]/.test(text)) return new URLSearchParams(text);
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('=');
      return end === -1 ? [part, ''] : [part.slice(0, end), part.slice(end + 1)];
    });
}

/**
 * True if the parameters certainly fit the schema: the usual case, at a tenth of what the validator
 * costs. False says nothing: the validator decides, and has the words for what is wrong.
 */
export function surelyFits(schema: Schema, parameters: JsonObject): boolean {
  const { texts, required, isOpen } = rulesOf(schema);
  for (const name of required) if (parameters[name] === undefined) return false;
  let known = 0;
  for (const [name, words] of texts) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || words?.includes(value) === false) return false;
    known += 1;
  }
  return isOpen || known === Object.keys(parameters).length;
}

/** What a schema of a query says, as far as it speaks of texts and words alone. */
interface Rules {
  readonly texts: readonly (readonly [name: string, words: readonly Json[] | undefined])[];
  readonly required: readonly string[];
  readonly isOpen: boolean;
}

const rules = new WeakMap<Schema, Rules>();

function rulesOf(schema: Schema): Rules {
  const known = rules.get(schema);
  if (known !== undefined) return known;
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  const made = {
    texts: properties.map(([name, { enum: words, type, ...others }]): Rules['texts'][number] => {
      const isSimple = type === 'string' && Object.keys(others).length === 0;
      return [name, isSimple ? (words as Json[] | undefined) : []];
    }),
    required: (schema['required'] ?? []) as string[],
    isOpen: schema['additionalProperties'] !== false,
  };
  rules.set(schema, made);
  return made;
}
