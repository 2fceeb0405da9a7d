import {
  emptyObject,
  FIRST_ENVIRONMENT,
  isJsonObject,
  ownValue,
  STATE_FIELDS,
  type FlagDefinition,
  type FlagState,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import { namedMembers } from './named-members.ts';
import { same } from './same.ts';
import { shortRules, shortServe } from './short-rules.ts';

// The other way round than core's shorthand.ts: a definition as a person would write it, with
// nothing lost. A field that says what is usual anyway is undefined here and left out.

/** The order in which the fields of a new flag are written. */
export const FIELD_ORDER: readonly string[] = [
  'description',
  'type',
  'variants',
  'owner',
  'tags',
  'metadata',
  'hash',
  'salt',
  'requires',
  'archived',
  ...STATE_FIELDS,
  'environments',
];

const BOOLEAN_VARIANTS: Json = [
  { name: 'on', value: true },
  { name: 'off', value: false },
];

/** A whole flag, shortly. */
export function shortFlag(key: string, definition: FlagDefinition): JsonObject {
  const flag = emptyObject();
  const { [FIRST_ENVIRONMENT]: first, ...others } = definition.environments;
  const environments = Object.entries(others).map(([name, state]) => [name, shortState(state)]);
  const parts: JsonObject = {
    ...(first === undefined ? {} : shortState(first)),
    ...(environments.length === 0
      ? {}
      : { environments: Object.fromEntries(environments) as JsonObject }),
  };
  for (const field of FIELD_ORDER) {
    const value = ownValue(parts, field) ?? shortField(field, key, definition);
    if (value !== undefined) flag[field] = value;
  }
  return flag;
}

/** One of the fields that a flag has beside its state. */
export function shortField(
  field: string,
  key: string,
  definition: FlagDefinition,
): Json | undefined {
  const value = ownValue(definition as unknown as JsonObject, field);
  if (value === undefined || field === 'environments') return undefined;
  const usual = field === 'type' ? typeOf(definition.variants) : usualFields(key)[field];
  if (same(value, usual)) return undefined;
  return field === 'variants' ? namedMembers(value, 'name', 'value') : value;
}

function usualFields(key: string): JsonObject {
  return {
    description: '',
    tags: [],
    owner: '',
    metadata: {},
    hash: 'ff1',
    salt: key,
    variants: BOOLEAN_VARIANTS,
    requires: [],
    archived: false,
  };
}

/** The type that a flag which names none has: that of its first variant. */
function typeOf(variants: Json): string {
  const first = Array.isArray(variants) ? (variants[0] as Json | undefined) : undefined;
  return typeof (isJsonObject(first) ? ownValue(first, 'value') : undefined);
}

/** A flag's state in one environment. `enabled` is always said: one looks for it. */
export function shortState(state: FlagState): JsonObject {
  const short = emptyObject();
  for (const field of STATE_FIELDS) {
    const value = shortStateField(field, state);
    if (value !== undefined) short[field] = value;
  }
  return short;
}

export function shortStateField(field: string, state: FlagState): Json | undefined {
  const value = ownValue(state as unknown as JsonObject, field);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (field === 'targets') return namedMembers(value, 'variant', 'keys');
  if (field === 'rules') return shortRules(value as readonly JsonObject[]);
  return field === 'default' ? shortServe(value) : value;
}
