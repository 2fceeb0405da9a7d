import { explicitFlag, type FlagDefinition, type Json } from '@featureflags/core';

import type { Item } from './stores/store.ts';

/** A flag as the API shows it: explicit, as it is in one environment. */
export interface FlagView {
  readonly key: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly archived: boolean;
  readonly metadata: Json;
  readonly environment: string;
  /** Where else it is, and whether it is enabled there. */
  readonly environments: Readonly<Record<string, { readonly enabled: boolean }>>;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [field: string]: unknown;
}

/** What a view tells that nobody can set. */
export const READ_ONLY_FIELDS: readonly string[] = [
  'key',
  'environment',
  'environments',
  'version',
  'createdAt',
  'updatedAt',
];

/** Shows a flag as it is in one environment. */
export function flagView(item: Item, environment: string): FlagView {
  const definition = item.value as unknown as FlagDefinition;
  const { description, tags, owner, archived, metadata } = definition;
  const { type, hash, salt, variants, requires, ...state } = explicitFlag(definition, environment);
  return {
    key: item.key,
    description,
    type,
    tags,
    owner,
    archived,
    environment,
    ...state,
    variants,
    requires,
    hash,
    salt,
    metadata,
    environments: Object.fromEntries(
      Object.entries(definition.environments).map(([name, { enabled }]) => [name, { enabled }]),
    ),
    version: item.version,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
  };
}

/** The members of an environment's list that are asked for. */
export interface FlagFilter {
  /** In the key or the description, whatever the case. */
  readonly q?: string | undefined;
  readonly tag?: string | undefined;
  readonly archived: boolean;
  readonly state?: 'on' | 'off' | undefined;
}

/** True if the flag is one of those that are asked for. */
export function isWanted(view: FlagView, { q, tag, archived, state }: FlagFilter): boolean {
  const text = `${view.key}\n${view.description}`.toLowerCase();
  return (
    view.archived === archived &&
    (q === undefined || text.includes(q.toLowerCase())) &&
    (tag === undefined || view.tags.includes(tag)) &&
    (state === undefined || view['enabled'] === (state === 'on'))
  );
}
