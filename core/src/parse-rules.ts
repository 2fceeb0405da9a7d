import { answer, type Draft } from './draft.ts';
import {
  checkFilled,
  readFields,
  readList,
  readOptional,
  readRequired,
  readString,
  readUniqueKey,
  type Place,
} from './issue.ts';
import { wellFormed, type Json, type JsonObject } from './json.ts';
import { readCondition, type Surroundings } from './parse-conditions.ts';
import { readRollout, readServe, readVariantName } from './parse-serving.ts';
import type { Served } from './result.ts';
import type { Requirement, Rule } from './snapshot.ts';

const RULE_FIELDS = ['id', 'description', 'when', 'rollout', 'serve'];

/** Reads one entry of `requires`; whether the flag exists is checked when all flags are read. */
export function readRequirement(
  place: Place,
  value: Json,
  draft: Draft,
  off: string,
): Requirement | undefined {
  const object = readFields(place, value, ['flag', 'variants']);
  if (object === undefined) return undefined;
  const flag = readRequired(place, object, 'flag', readString);
  const variants = readRequired(place, object, 'variants', readVariantNames);
  if (flag === undefined || variants === undefined) return undefined;
  const served = answer(draft, off, 'DISABLED');
  const metadata = { ...draft.metadata, failedRequirement: flag };
  return { flag, variants, unmet: { ...served, metadata } };
}

function readVariantNames(place: Place, value: Json): string[] | undefined {
  const names = readList(place, value, readString);
  checkFilled(place, value, 'variant');
  return names;
}

/** Reads the targets to a map from targeting key to answer. */
export function readTargets(
  place: Place,
  value: Json,
  draft: Draft,
): ReadonlyMap<string, Served> | undefined {
  const targets = new Map<string, Served>();
  const lists = readList(place, value, (at, list) => {
    const object = readFields(at, list, ['variant', 'keys']);
    if (object === undefined) return undefined;
    const variant = readRequired(at, object, 'variant', (name, each) =>
      readVariantName(name, each, draft),
    );
    const keys = readRequired(at, object, 'keys', readStrings);
    if (variant === undefined || keys === undefined) return undefined;
    const served = answer(draft, variant, 'TARGETING_MATCH');
    // The first list that has a key decides.
    for (const key of keys) if (!targets.has(key)) targets.set(key, served);
    return served;
  });
  return lists === undefined || lists.length === 0 ? undefined : targets;
}

/** Reads a list of strings, each as UTF-8 can hold it. */
export function readStrings(place: Place, value: Json): string[] | undefined {
  return readList(place, value, readString)?.map(wellFormed);
}

/** Reads the rules, whose ids are unique in the flag. */
export function readRules(
  place: Place,
  value: Json,
  draft: Draft,
  surroundings: Surroundings,
): Rule[] | undefined {
  const seen = new Set<string>();
  return readList(place, value, (at, each) => {
    const object = readFields(at, each, RULE_FIELDS);
    if (object === undefined) return undefined;
    const id = readRequired(at, object, 'id', (name, key) => readUniqueKey(name, key, seen));
    return readRule(at, object, { ...draft, id }, surroundings);
  });
}

function readRule(
  place: Place,
  object: JsonObject,
  draft: Draft & { readonly id: string | undefined },
  surroundings: Surroundings,
): Rule | undefined {
  const { id } = draft;
  readOptional(place, object, 'description', readString);
  const conditions = readOptional(place, object, 'when', (at, list) =>
    readList(at, list, (each, condition) => readCondition(each, condition, surroundings)),
  );
  const rollout = readOptional(place, object, 'rollout', (at, each) =>
    readRollout(at, each, draft.salt),
  );
  const serve = readRequired(place, object, 'serve', (at, each) =>
    readServe(at, each, draft, (variant, split) => {
      const decided = split || rollout !== undefined ? 'SPLIT' : 'TARGETING_MATCH';
      return answer(draft, variant, decided, id);
    }),
  );
  if (id === undefined || serve === undefined) return undefined;
  return { id, conditions: conditions ?? [], rollout, serve };
}
