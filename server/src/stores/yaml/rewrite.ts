import {
  emptyObject,
  FIRST_ENVIRONMENT,
  isJsonObject,
  ownValue,
  type FlagDefinition,
  type Json,
  type JsonObject,
  type Project,
} from '@featureflags/core';

import { withFields } from './fields.ts';
import type { FlagChange } from './rewrite-flag.ts';
import { same } from './same.ts';
import { shortFlag } from './short.ts';

/** A project file's JSON and what it means. */
export interface Written {
  readonly value: JsonObject;
  readonly project: Project;
}

/**
 * What the file is to say so that it means `after`, with everything else said as it is now:
 * where nothing changes, the result holds the very same objects.
 * @param flag how a flag that changes is written
 */
export function rewrite(
  { value, project: before }: Written,
  after: Project,
  flag: (change: FlagChange) => JsonObject,
): JsonObject {
  const [flags, segments] = [membersOf(value, 'flags'), membersOf(value, 'segments')];
  const parts: Record<string, Json | undefined> = {
    environments: rewriteEnvironments(value, after),
    flags: rewriteMembers(flags, before.flags, after.flags, (key, old) => {
      const definition = after.flags[key] as FlagDefinition;
      const was = before.flags[key];
      if (old === undefined || was === undefined) return shortFlag(key, definition);
      return flag({ key, written: old as JsonObject, before: was, after: definition });
    }),
    segments: rewriteMembers(segments, before.segments, after.segments, (key) => {
      return after.segments[key] as Json;
    }),
  };
  return withFields(value, ['schema', 'environments', 'flags', 'segments'], (field) => {
    if (field === 'schema') return ownValue(value, field);
    const part = parts[field];
    const isLeftOut = ownValue(value, field) === undefined && isEmpty(part);
    return isLeftOut ? undefined : part;
  });
}

function membersOf(value: JsonObject, name: string): JsonObject {
  return (ownValue(value, name) ?? emptyObject()) as JsonObject;
}

function isEmpty(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** The environments keep the order in which they stand in the file. */
function rewriteEnvironments(value: JsonObject, after: Project): Json | undefined {
  const written = ownValue(value, 'environments') as readonly string[] | undefined;
  const stay = (written ?? [FIRST_ENVIRONMENT]).filter((name) => after.environments.includes(name));
  const added = after.environments.filter((name) => !stay.includes(name));
  const names = [...stay, ...added];
  return written === undefined && same(names, [FIRST_ENVIRONMENT]) ? undefined : names;
}

function rewriteMembers(
  written: JsonObject,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  make: (key: string, old: Json | undefined) => Json,
): JsonObject {
  const result = emptyObject();
  for (const [key, old] of Object.entries(written)) {
    if (!Object.hasOwn(after, key)) continue;
    result[key] = same(before[key] as Json, after[key] as Json) ? old : make(key, old);
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(result, key)) result[key] = make(key, undefined);
  }
  return same(result, written) ? written : result;
}
