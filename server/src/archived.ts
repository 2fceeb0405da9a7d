import {
  emptyObject,
  parseSnapshot,
  snapshotDocument,
  type FlagDefinition,
  type IssueCode,
} from '@featureflags/core';

import { SnapshotIssues } from './snapshots.ts';
import type { State } from './state.ts';
import type { ItemChange } from './stores/store.ts';

/** What an archived flag named may be gone by now; restoring it asks for that again. */
const FORGIVEN: ReadonlySet<IssueCode> = new Set(['reference', 'cycle']);

/**
 * Reads the archived flags among the changes. They are in no snapshot, so nothing else would notice
 * that they cannot be read, until somebody restores them.
 * @throws SnapshotIssues
 */
export function checkArchived(state: State, changes: readonly ItemChange[]): void {
  const flags = emptyObject<FlagDefinition>();
  for (const { kind, key } of changes) {
    const flag = kind === 'flag' ? state.project.flags[key] : undefined;
    if (flag?.archived === true) flags[key] = { ...flag, archived: false };
  }
  if (Object.keys(flags).length === 0) return;
  for (const environment of state.project.environments) {
    const document = snapshotDocument({ ...state.project, flags }, environment, state.version);
    const { issues } = parseSnapshot(document);
    const found = issues.filter(({ code }) => !FORGIVEN.has(code));
    if (found.length > 0) throw new SnapshotIssues(environment, found);
  }
}
