import type { JsonObject, Project } from '@featureflags/core';

/** What somebody wants changed: plain data, from whichever door it came. */
export type Change =
  | SaveFlag
  | { readonly action: 'flag.delete'; readonly key: string; readonly guard?: Guard }
  | SaveSegment
  | { readonly action: 'segment.delete'; readonly key: string; readonly guard?: Guard }
  | { readonly action: 'environment.create'; readonly key: string; readonly copyOf?: string }
  | { readonly action: 'environment.delete'; readonly key: string }
  | ImportProject;

export interface SaveFlag {
  readonly action: 'flag.save';
  readonly key: string;
  readonly environment: string;
  /** The fields to set; null sets one back to what it is when left out. */
  readonly fields: JsonObject;
  readonly guard?: Guard;
}

export interface SaveSegment {
  readonly action: 'segment.save';
  readonly key: string;
  readonly fields: JsonObject;
  readonly guard?: Guard;
}

export interface ImportProject {
  readonly action: 'import';
  readonly project: Project;
  /** merge: what is not in the project stays; replace: it goes. */
  readonly mode: 'merge' | 'replace';
}

/** On which version of the thing the change is based, on any, or on there being none. */
export type Guard =
  | { readonly kind: 'version'; readonly versions: readonly number[] }
  | { readonly kind: 'present' }
  | { readonly kind: 'absent' };
