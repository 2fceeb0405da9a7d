import {
  emptyObject,
  isKey,
  pointerStep,
  type FlagDefinition,
  type FlagState,
  type Issue,
  type Json,
  type JsonObject,
} from '@featureflags/core';

import type { Change, ImportProject, SaveSegment } from './change.ts';
import { saveFlag } from './edit-flag.ts';
import { Problem } from './errors.ts';
import { invalidBody } from './invalid-body.ts';
import { asJson, itemOf, valueOf, type State } from './state.ts';
import type { ItemChange, ItemKind } from './stores/store.ts';

/** What a change does to the items of a state. Nothing is checked against other items yet. */
export function editsOf(state: State, change: Change): ItemChange[] {
  switch (change.action) {
    case 'flag.save':
      return saveFlag(state, change);
    case 'segment.save':
      return [saveSegment(state, change)];
    case 'flag.delete':
      return [removal(state, 'flag', change.key)];
    case 'segment.delete':
      return [removal(state, 'segment', change.key)];
    case 'environment.create':
      return createEnvironment(state, change.key, change.copyOf);
    case 'environment.delete':
      return deleteEnvironment(state, change.key);
    case 'import':
      return importProject(state, change);
  }
}

const NOT_FOUND = {
  flag: 'FLAG_NOT_FOUND',
  segment: 'SEGMENT_NOT_FOUND',
  environment: 'ENVIRONMENT_NOT_FOUND',
} as const;

/** A problem for a thing that is not there. */
export function notFound(kind: ItemKind, key: string): Problem {
  return new Problem(NOT_FOUND[kind], `There is no ${kind} ${JSON.stringify(key)}`);
}

function removal(state: State, kind: ItemKind, key: string): ItemChange {
  const item = itemOf(state, kind, key);
  if (item === undefined) throw notFound(kind, key);
  return { kind, key, before: item.value, after: null };
}

const SEGMENT_FIELDS = ['description', 'include', 'exclude', 'any'];

function saveSegment(state: State, { key, fields }: SaveSegment): ItemChange {
  const before = valueOf(state, 'segment', key);
  const after: Record<string, Json> = Object.assign(emptyObject(), before ?? {});
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) delete after[name];
    else after[name] = value;
    if (SEGMENT_FIELDS.includes(name)) continue;
    const message = `unknown field; known here: ${SEGMENT_FIELDS.join(', ')}`;
    issues.push({ path: pointerStep(name), code: 'unknown', message });
  }
  if (issues.length > 0) throw invalidBody(issues);
  return { kind: 'segment', key, before, after };
}

function createEnvironment(state: State, key: string, copyOf: string | undefined): ItemChange[] {
  if (!isKey(key)) throw new Problem('INVALID_KEY', `${JSON.stringify(key)} is not a key`);
  if (itemOf(state, 'environment', key) !== undefined) {
    throw new Problem('ALREADY_EXISTS', `There is an environment ${key} already`);
  }
  if (copyOf !== undefined && itemOf(state, 'environment', copyOf) === undefined) {
    throw notFound('environment', copyOf);
  }
  const copies = inEachFlag(state, (states) => {
    const source = copyOf === undefined ? undefined : ownState(states, copyOf);
    return source && { ...states, [key]: source };
  });
  return [{ kind: 'environment', key, before: null, after: {} }, ...copies];
}

function deleteEnvironment(state: State, key: string): ItemChange[] {
  const gone = removal(state, 'environment', key);
  if (state.project.environments.length === 1) {
    throw new Problem('IN_USE', `${key} is the only environment; a server needs one`);
  }
  const cleared = inEachFlag(state, (states) => {
    if (ownState(states, key) === undefined) return undefined;
    return Object.fromEntries(Object.entries(states).filter(([name]) => name !== key));
  });
  return [...cleared, gone];
}

/** Environments may have names that objects inherit something of, such as "constructor". */
function ownState(states: FlagDefinition['environments'], name: string): FlagState | undefined {
  return Object.hasOwn(states, name) ? states[name] : undefined;
}

/** Changes the states of those flags for which `edit` gives new ones. */
function inEachFlag(
  state: State,
  edit: (states: Readonly<Record<string, FlagState>>) => Record<string, FlagState> | undefined,
): ItemChange[] {
  return Object.entries(state.project.flags).flatMap(([key, flag]) => {
    const environments = edit(flag.environments);
    if (environments === undefined) return [];
    return [{ kind: 'flag', key, before: asJson(flag), after: asJson({ ...flag, environments }) }];
  });
}

function importProject(state: State, { project, mode }: ImportProject): ItemChange[] {
  const wanted = new Map<string, ItemChange>();
  const want = (kind: ItemKind, key: string, after: Json): void => {
    wanted.set(`${kind}/${key}`, { kind, key, before: valueOf(state, kind, key), after });
  };
  for (const key of project.environments) want('environment', key, {});
  for (const [key, segment] of Object.entries(project.segments)) want('segment', key, segment);
  for (const [key, flag] of Object.entries(project.flags)) {
    want('flag', key, mode === 'replace' ? asJson(flag) : mergedFlag(state, key, flag));
  }
  if (mode === 'replace') {
    for (const [id, { kind, key, value }] of state.items) {
      if (!wanted.has(id)) wanted.set(id, { kind, key, before: value, after: null });
    }
  }
  return [...wanted.values()].filter(
    ({ before, after }) => JSON.stringify(before) !== JSON.stringify(after),
  );
}

/** A merge leaves alone what the flag is in environments that the import does not speak of. */
function mergedFlag(state: State, key: string, flag: FlagDefinition): JsonObject {
  const there = state.project.flags[key]?.environments ?? {};
  return asJson({ ...flag, environments: { ...there, ...flag.environments } });
}
