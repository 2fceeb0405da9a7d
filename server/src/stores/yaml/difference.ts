import type { Json, Project } from '@featureflags/core';

import {
  projectOf,
  touchedEnvironments,
  type Commit,
  type Contents,
  type ItemChange,
  type ItemKind,
} from '../store.ts';
import { same } from './same.ts';

/** What the database has to be told for it to say what the file says; undefined if nothing. */
export function commitOfEdit(
  { version, items }: Contents,
  project: Project,
  how: Pick<Commit, 'at' | 'action'>,
): Commit | undefined {
  const known = projectOf(items);
  const changes = changesBetween(known, project);
  if (changes.length === 0) return undefined;
  const touches = touchedEnvironments(known.environments, changes);
  return { version: version + 1, ...how, actor: 'file', changes, touches };
}

/** What has to be done to `before` for it to be `after`. */
export function changesBetween(before: Project, after: Project): ItemChange[] {
  return [
    ...memberChanges('environment', environmentsOf(before), environmentsOf(after)),
    ...memberChanges('segment', before.segments, after.segments),
    ...memberChanges('flag', before.flags, after.flags),
  ];
}

function environmentsOf({ environments }: Project): Readonly<Record<string, Json>> {
  return Object.fromEntries(environments.map((name) => [name, {}]));
}

function memberChanges(
  kind: ItemKind,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): ItemChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .map((key) => ({ kind, key, before: valueOf(before, key), after: valueOf(after, key) }))
    .filter((change) => !same(change.before, change.after));
}

function valueOf(members: Readonly<Record<string, unknown>>, key: string): Json {
  return Object.hasOwn(members, key) ? (members[key] as Json) : null;
}

/** True if both projects are the same; the order of environments, flags and segments is not. */
export function isSameProject(one: Project, other: Project): boolean {
  return changesBetween(one, other).length === 0;
}

/** The project after the changes. */
export function changed(project: Project, changes: readonly ItemChange[]): Project {
  const flags = Object.assign(Object.create(null), project.flags) as Record<string, Json>;
  const segments = Object.assign(Object.create(null), project.segments) as Record<string, Json>;
  const environments = Object.fromEntries(
    project.environments.map((name): [string, Json] => [name, {}]),
  );
  const members = { flag: flags, segment: segments, environment: environments };
  for (const { kind, key, after } of changes) {
    if (after === null) delete members[kind][key];
    else members[kind][key] = after;
  }
  return {
    environments: Object.keys(environments),
    flags: flags as unknown as Project['flags'],
    segments,
  };
}
