import type { JsonObject } from '@featureflags/core';

import type { Item } from './stores/store.ts';

/** A segment as the API shows it: nothing left out. */
export function segmentView({ key, value, version, createdAt, updatedAt }: Item): object {
  const usual = { description: '', include: [], exclude: [], any: [] };
  return { key, ...usual, ...(value as JsonObject), version, createdAt, updatedAt };
}
