import {
  emptyObject,
  isJsonObject,
  jsonType,
  ownValue,
  type Json,
  type JsonObject,
} from './json.ts';

// People may write less than the explicit form says. Nothing here judges: what has another shape
// than a shorthand is handed on as it is, for the parser to accept or refuse.

/** The variants of a flag that names none. */
const BOOLEAN_VARIANTS: readonly Json[] = [
  { name: 'on', value: true },
  { name: 'off', value: false },
];

/** `{blue: "#00f"}` → `[{name: "blue", value: "#00f"}]`; nothing → those of a boolean flag. */
export function expandVariants(variants: Json | undefined): Json {
  if (variants === undefined) return BOOLEAN_VARIANTS;
  if (!isJsonObject(variants)) return variants;
  return Object.entries(variants).map(([name, value]) => ({ name, value }));
}

/** The type of a flag that names none: that of its first variant. */
export function inferType(variants: Json): string {
  const first = Array.isArray(variants) ? (variants[0] as Json) : null;
  return isJsonObject(first) ? jsonType(ownValue(first, 'value')) : 'boolean';
}

/** `{on: ["qa-1"]}` → `[{variant: "on", keys: ["qa-1"]}]`. */
export function expandTargets(targets: Json): Json {
  if (!isJsonObject(targets)) return targets;
  return Object.entries(targets).map(([variant, keys]) => ({ variant, keys }));
}

/** `"on"` → `{variant: "on"}`. */
export function expandServe(serve: Json): Json {
  return typeof serve === 'string' ? { variant: serve } : serve;
}

/** Expands each rule; those without an id get the first of r1, r2, … that is free. */
export function expandRules(rules: Json): Json {
  if (!Array.isArray(rules)) return rules;
  const list: readonly Json[] = rules;
  const taken = new Set(
    list.map((rule) => (isJsonObject(rule) ? ownValue(rule, 'id') : undefined)),
  );
  const nextId = freeRuleIds(taken);
  return list.map((rule) =>
    isJsonObject(rule) ? expandRule(ownValue(rule, 'id') ?? nextId(), rule) : rule,
  );
}

/** Gives those of r1, r2, … that are not taken, one after the other. */
export function freeRuleIds(taken: ReadonlySet<Json | undefined>): () => string {
  let number = 0;
  return () => {
    do number += 1;
    while (taken.has(`r${String(number)}`));
    return `r${String(number)}`;
  };
}

function expandRule(id: Json, rule: JsonObject): JsonObject {
  const expanded = Object.assign(emptyObject(), { id }, rule);
  const when = ownValue(rule, 'when');
  expanded['when'] = when === undefined ? [] : expandWhen(when);
  const rollout = ownValue(rule, 'rollout');
  if (rollout !== undefined) expanded['rollout'] = expandRollout(rollout);
  const serve = ownValue(rule, 'serve');
  if (serve !== undefined) expanded['serve'] = expandServe(serve);
  return expanded;
}

/** `{country: ["US", "CA"]}` → one `in` condition for each attribute. */
function expandWhen(when: Json): Json {
  if (!isJsonObject(when)) return when;
  return Object.entries(when).map(([attribute, value]) => ({
    attribute,
    op: 'in',
    values: Array.isArray(value) ? (value as Json) : [value],
  }));
}

/** `10` and `"10%"` → `{percent: 10}`. */
function expandRollout(rollout: Json): Json {
  if (typeof rollout === 'number') return { percent: rollout };
  const match = typeof rollout === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(rollout) : null;
  return match === null ? rollout : { percent: Number(match[1]) };
}
