import {
  emptyObject,
  FLAG_FIELDS,
  isJsonObject,
  ownValue,
  pointerStep,
  readDefinition,
  stateIn,
  STATE_FIELDS,
  type FlagDefinition,
  type Issue,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import type { SaveFlag } from './change.ts';
import { USAGE_FIELDS } from './flag-usage.ts';
import { flagView, READ_ONLY_FIELDS } from './flag-view.ts';
import { invalidBody } from './invalid-body.ts';
import { asJson, itemOf, type State } from './state.ts';
import type { ItemChange } from './stores/store.ts';

/** The flag with the fields set. @throws INVALID_BODY with what is wrong with the fields */
export function saveFlag(state: State, change: SaveFlag): ItemChange[] {
  const { key, environment, fields } = change;
  const before = state.project.flags[key];
  const issues = foreignFields(state, change);
  const written = writtenFlag(before, environment, fields);
  const place = { path: '', issues };
  const after = readDefinition(place, key, written, state.project.environments);
  if (after === undefined || issues.length > 0) {
    throw invalidBody(issues.map((issue) => inBody(issue, environment)));
  }
  const was = before === undefined ? null : asJson(before);
  return [{ kind: 'flag', key, before: was, after: asJson(after) }];
}

/** The path of an issue in the body: there, the environment's fields are the flag's own. */
export function inBody(issue: Issue, environment: string): Issue {
  const prefix = `/environments/${environment}/`;
  if (!issue.path.startsWith(prefix)) return issue;
  return { ...issue, path: `/${issue.path.slice(prefix.length)}` };
}

/** The flag as its writer would have it: what was there, with the given fields in their place. */
function writtenFlag(
  before: FlagDefinition | undefined,
  environment: string,
  fields: JsonObject,
): JsonObject {
  const { environments, ...common } = before ?? { environments: emptyObject() };
  const state = before === undefined ? {} : stateIn(before, environment);
  return {
    ...merged(common, fields, FLAG_FIELDS),
    environments: {
      ...(environments as unknown as JsonObject),
      [environment]: merged(state, fields, STATE_FIELDS),
    },
  };
}

function merged(before: JsonObject, fields: JsonObject, names: readonly string[]): JsonObject {
  const all = Object.assign(emptyObject(), before);
  for (const name of names) {
    const value = ownValue(fields, name);
    if (value === null) delete all[name];
    else if (value !== undefined) all[name] = value;
  }
  return all;
}

/** Fields that a flag does not have, or that are only read; sent back unchanged, those are fine. */
function foreignFields(state: State, { key, environment, fields }: SaveFlag): Issue[] {
  const item = itemOf(state, 'flag', key);
  const view = item && (flagView(item, environment) as unknown as JsonObject);
  return Object.keys(fields)
    .filter((name) => !FLAG_FIELDS.includes(name) && !STATE_FIELDS.includes(name))
    .filter((name) => !USAGE_FIELDS.includes(name))
    .filter((name) => !READ_ONLY_FIELDS.includes(name) || !isSame(fields[name], view?.[name]))
    .map((name) => foreignField(name));
}

function foreignField(name: string): Issue {
  const path = pointerStep(name);
  if (READ_ONLY_FIELDS.includes(name)) {
    return { path, code: 'value', message: `${name} cannot be set` };
  }
  const known = [...FLAG_FIELDS, ...STATE_FIELDS].join(', ');
  return { path, code: 'unknown', message: `unknown field; known here: ${known}` };
}

/** Equality of JSON, whatever the order of an object's members. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a, inOrder) === JSON.stringify(b, inOrder);
}

function inOrder(_: string, value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
