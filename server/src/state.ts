import type { FlagDefinition, Json, JsonObject, Project } from '@featureflags/core';

import { projectOf, type Contents, type Item, type ItemKind } from './stores/store.ts';

/** What a store keeps, ready to be looked things up in. Never changed. */
export interface State {
  readonly version: number;
  readonly project: Project;
  readonly items: ReadonlyMap<string, Item>;
}

/** Makes a store's contents ready. */
export function stateOf({ version, items }: Contents): State {
  return {
    version,
    project: projectOf(items),
    items: new Map(items.map((item) => [`${item.kind}/${item.key}`, item])),
  };
}

/** An item of the state, if it is there. */
export function itemOf(state: State, kind: ItemKind, key: string): Item | undefined {
  return state.items.get(`${kind}/${key}`);
}

/** An item's value as JSON; null if it is not there. */
export function valueOf(state: State, kind: ItemKind, key: string): Json {
  return itemOf(state, kind, key)?.value ?? null;
}

/** A definition as the JSON that stores keep. */
export function asJson(definition: FlagDefinition): JsonObject {
  return definition as unknown as JsonObject;
}
