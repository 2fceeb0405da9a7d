import type { Change, Guard } from './change.ts';
import { Problem, type ProblemDetails } from './errors.ts';
import { flagView } from './flag-view.ts';
import { segmentView } from './segment-view.ts';
import { itemOf, type State } from './state.ts';
import type { Item } from './stores/store.ts';

/** Refuses a change that is based on another version than there is. @throws VERSION_CONFLICT, ALREADY_EXISTS */
export function checkGuard(state: State, change: Change): void {
  if (!('guard' in change) || change.guard === undefined) return;
  const kind = change.action.startsWith('flag') ? 'flag' : 'segment';
  const item = itemOf(state, kind, change.key);
  const environment = 'environment' in change ? change.environment : firstOf(state);
  const details = item === undefined ? { current: null } : currentDetails(item, environment);
  const problem = guardProblem(change.guard, item, `${kind} ${change.key}`, details);
  if (problem !== undefined) throw problem;
}

function firstOf({ project: { environments } }: State): string {
  return environments[0] ?? '';
}

/** What there is now, in the form in which a GET shows it. */
function currentDetails(item: Item, environment: string): ProblemDetails {
  const view = item.kind === 'flag' ? flagView(item, environment) : segmentView(item);
  return { current: view, headers: { etag: `"${String(item.version)}"` } };
}

function guardProblem(
  guard: Guard,
  item: Item | undefined,
  name: string,
  details: ProblemDetails,
): Problem | undefined {
  if (guard.kind === 'absent') {
    if (item === undefined) return undefined;
    return new Problem(
      'ALREADY_EXISTS',
      `There is a ${name} already; nothing was changed`,
      details,
    );
  }
  const isAny = guard.kind === 'present';
  if (item !== undefined && (isAny || guard.versions.includes(item.version))) return undefined;
  const got = isAny ? 'any' : guard.versions.join(', ');
  const now = item === undefined ? 'it does not exist' : `it is at version ${String(item.version)}`;
  const detail = `You expected ${name} at version ${got}; ${now}. Read it again and repeat the change.`;
  return new Problem('VERSION_CONFLICT', detail, details);
}
