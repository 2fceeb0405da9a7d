import {
  emptyObject,
  FIRST_ENVIRONMENT,
  FLAG_FIELDS,
  isJsonObject,
  ownValue,
  STATE_FIELDS,
  type FlagDefinition,
  type FlagState,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import { withFields } from './fields.ts';
import { same } from './same.ts';
import { RULE_FIELDS, shortRule, shortRuleField, withRuleIds } from './short-rules.ts';
import { FIELD_ORDER, shortField, shortState, shortStateField } from './short.ts';

/** A flag as it is written and means `before`, that is to mean `after`. */
export interface FlagChange {
  readonly key: string;
  readonly written: JsonObject;
  readonly before: FlagDefinition;
  readonly after: FlagDefinition;
}

/** Says anew only the fields that change. */
export function rewriteFlag(change: FlagChange): JsonObject {
  const { key, written, before, after } = change;
  const own = ownState(change);
  const environments = rewriteStates(change, own === undefined);
  return withFields(written, FIELD_ORDER, (field) => {
    if (field === 'environments') return environments;
    if (STATE_FIELDS.includes(field)) return own && ownValue(own, field);
    if (!FLAG_FIELDS.includes(field)) return undefined;
    const old = ownValue(written, field);
    const isSame = same(valueOf(before, field), valueOf(after, field));
    // What was left out because of what the variants were may have to be said now.
    if (isSame && (old !== undefined || field !== 'type')) return old;
    const short = shortField(field, key, after);
    return short === undefined ? undefined : inStyleOf(old, valueOf(after, field), short);
  });
}

function valueOf(object: FlagDefinition | FlagState | JsonObject, field: string): Json | undefined {
  return ownValue(object as JsonObject, field);
}

/** Definitions out of a database have a prototype, and an environment may be called constructor. */
function stateOf({ environments }: FlagDefinition, name: string): FlagState | undefined {
  return Object.hasOwn(environments, name) ? environments[name] : undefined;
}

/** The state of production, if it belongs right into the flag. */
function ownState({ written, before, after }: FlagChange): JsonObject | undefined {
  const container = (ownValue(written, 'environments') ?? emptyObject()) as JsonObject;
  if (Object.hasOwn(container, FIRST_ENVIRONMENT)) return undefined;
  const [was, is] = [stateOf(before, FIRST_ENVIRONMENT), stateOf(after, FIRST_ENVIRONMENT)];
  if (is === undefined) return emptyObject();
  return rewriteState(withoutOthers(written), was, is);
}

function withoutOthers(written: JsonObject): JsonObject {
  const fields = Object.entries(written).filter(([field]) => STATE_FIELDS.includes(field));
  return Object.assign(emptyObject(), Object.fromEntries(fields));
}

function rewriteStates(change: FlagChange, hasFirst: boolean): Json | undefined {
  const { written, before, after } = change;
  const container = (ownValue(written, 'environments') ?? emptyObject()) as JsonObject;
  const names = [...new Set([...Object.keys(container), ...Object.keys(after.environments)])];
  const states = emptyObject();
  for (const name of names) {
    const state = stateOf(after, name);
    if (state === undefined || (name === FIRST_ENVIRONMENT && !hasFirst)) continue;
    const old = ownValue(container, name) as JsonObject | undefined;
    states[name] = rewriteState(old ?? emptyObject(), stateOf(before, name), state);
  }
  return Object.keys(states).length === 0 ? undefined : states;
}

function rewriteState(
  written: JsonObject,
  before: FlagState | undefined,
  after: FlagState,
): JsonObject {
  if (before === undefined) return shortState(after);
  const state = withFields(written, STATE_FIELDS, (field) => {
    const old = ownValue(written, field);
    const [was, is] = [valueOf(before, field), valueOf(after, field)];
    if (same(was, is)) return old;
    if (field === 'rules') return rewriteRules(old, was as Json, is as Json);
    const short = shortStateField(field, after);
    return short === undefined ? undefined : inStyleOf(old, is, short);
  });
  return Object.keys(state).length === 0 ? { enabled: after.enabled } : state;
}

function rewriteRules(written: Json | undefined, before: Json, after: Json): Json | undefined {
  const [was, is] = [before as readonly JsonObject[], after as readonly JsonObject[]];
  const list = (written ?? []) as readonly JsonObject[];
  if (is.length === 0) return undefined;
  const rules = is.map((rule) => {
    const index = was.findIndex((each) => each['id'] === rule['id']);
    const [old, earlier] = [list[index], was[index]];
    if (old === undefined || earlier === undefined) return shortRule(rule);
    return same(earlier, rule) ? old : rewriteRule(old, earlier, rule);
  });
  return withRuleIds(is, rules);
}

function rewriteRule(written: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  return withFields(written, RULE_FIELDS, (field) => {
    const old = ownValue(written, field);
    if (same(valueOf(before, field), valueOf(after, field))) return old;
    const short = shortRuleField(field, after);
    return short === undefined ? undefined : inStyleOf(old, valueOf(after, field), short);
  });
}

/** Who wrote the long form, or a bare number, finds it again. */
function inStyleOf(old: Json | undefined, full: Json | undefined, short: Json): Json {
  if (typeof old === 'number' && typeof short === 'string') return Number.parseFloat(short);
  if (Array.isArray(old) && Array.isArray(full)) return full as Json;
  if (isJsonObject(old) && isJsonObject(short) && Array.isArray(full)) {
    return keepsOrder(old, short) ? short : (full as Json);
  }
  const isLong = isJsonObject(old) && isJsonObject(full) && same(fieldsOf(old), fieldsOf(full));
  return isLong ? full : short;
}

/** Members that change places say something else where an object stands for a list. */
function keepsOrder(old: JsonObject, next: JsonObject): boolean {
  const both = (one: JsonObject, other: JsonObject): string[] =>
    Object.keys(one).filter((name) => Object.hasOwn(other, name));
  return same(both(old, next), both(next, old));
}

function fieldsOf(object: JsonObject): string[] {
  return Object.keys(object).toSorted();
}
