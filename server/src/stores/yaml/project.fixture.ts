import {
  parseProject,
  type FlagDefinition,
  type JsonObject,
  type Project,
} from '@featureflags/core';

import { flag } from '../store.contract.ts';
import { changed } from './difference.ts';
import type { FlagsFile } from './outline.ts';
import { readFlags, type Parse } from './read.ts';
import { revise } from './revise.ts';

export const parse: Parse = parseProject;

export function read(text: string): FlagsFile {
  return readFlags('flags.yml', text, parse);
}

/** What a text means after some flags are as they are written here; null deletes. */
export function withFlags(
  project: Project,
  flags: Readonly<Record<string, JsonObject | null>>,
): Project {
  const changes = Object.entries(flags).map(([key, written]) => ({
    kind: 'flag' as const,
    key,
    before: null,
    after: written === null ? null : flag(key, written),
  }));
  return changed(project, changes);
}

/** The text after a flag was changed. */
export function edited(text: string, change: (project: Project) => Project): string {
  const file = read(text);
  const after = change(file.project);
  return revise('flags.yml', file, after, parse).text;
}

/** Changes some fields of a flag, as the API does. */
export function alter(
  project: Project,
  key: string,
  change: (definition: FlagDefinition) => Partial<FlagDefinition>,
): Project {
  const before = project.flags[key] as FlagDefinition;
  const after = { ...before, ...change(before) };
  return changed(project, [
    { kind: 'flag', key, before: null, after: after as unknown as JsonObject },
  ]);
}
