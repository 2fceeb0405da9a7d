import {
  emptyObject,
  freeRuleIds,
  isJsonObject,
  ownValue,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import { namedMembers } from './named-members.ts';

export const RULE_FIELDS: readonly string[] = ['id', 'description', 'when', 'rollout', 'serve'];

export function shortRules(rules: readonly JsonObject[]): Json {
  return withRuleIds(rules, rules.map(shortRule));
}

/** A rule without its id, which {@link withRuleIds} adds where it is needed. */
export function shortRule(rule: JsonObject): JsonObject {
  const short = emptyObject();
  for (const field of RULE_FIELDS) {
    const value = field === 'id' ? undefined : shortRuleField(field, rule);
    if (value !== undefined) short[field] = value;
  }
  return short;
}

export function shortRuleField(field: string, rule: JsonObject): Json | undefined {
  const value = ownValue(rule, field);
  if (value === undefined) return undefined;
  if (field === 'when') return shortWhen(value);
  if (field === 'rollout') return shortRollout(value);
  return field === 'serve' ? shortServe(value) : value;
}

/**
 * The rules with ids wherever the first free one of r1, r2, … would not be the one that is wanted.
 * @param wanted the rules as they are to be read, each with its id
 */
export function withRuleIds(wanted: readonly JsonObject[], rules: readonly JsonObject[]): Json {
  const result = [...rules];
  // Each id that is written changes which ones are free; there are no more rounds than rules.
  for (;;) {
    const index = firstOtherId(wanted, result);
    const [rule, id] = [result[index], wanted[index]?.['id']];
    if (rule === undefined || id === undefined) return result;
    result[index] = Object.assign(emptyObject(), { id }, rule);
  }
}

function firstOtherId(wanted: readonly JsonObject[], rules: readonly JsonObject[]): number {
  const nextId = freeRuleIds(new Set(rules.map((rule) => ownValue(rule, 'id'))));
  return rules.findIndex((rule, index) => {
    const id = ownValue(rule, 'id') ?? nextId();
    return id !== wanted[index]?.['id'];
  });
}

/** `[{attribute: "country", op: "in", values: ["US"]}]` → `{country: "US"}`. */
function shortWhen(when: Json): Json | undefined {
  const list = when as readonly JsonObject[];
  if (list.length === 0) return undefined;
  const isShort = list.every(
    (each) => ownValue(each, 'op') === 'in' && Object.keys(each).length === 3,
  );
  return isShort ? namedMembers(when, 'attribute', 'values', oneValue) : when;
}

function oneValue(values: Json): Json {
  const list = values as readonly Json[];
  return list.length === 1 && typeof list[0] !== 'object' ? (list[0] as Json) : values;
}

function shortRollout(rollout: Json): Json {
  const percent = onlyMember(rollout, 'percent');
  // Small numbers are spelled 1e-7, which is no percentage.
  return typeof percent === 'number' && /^\d+(\.\d+)?$/.test(String(percent))
    ? `${String(percent)}%`
    : rollout;
}

/** `{variant: "on"}` → `"on"`. */
export function shortServe(serve: Json): Json {
  const variant = onlyMember(serve, 'variant');
  return typeof variant === 'string' ? variant : serve;
}

function onlyMember(value: Json, name: string): Json | undefined {
  return isJsonObject(value) && Object.keys(value).length === 1 ? ownValue(value, name) : undefined;
}
