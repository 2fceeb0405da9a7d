import { versionOf, type Statements } from './sqlite-rows.ts';
import type { Watcher } from './store.ts';

/**
 * Tells of what other connections commit, by SQLite's own counter of what they write. What they only
 * count is none of our business: the version tells it apart.
 * @param interval milliseconds
 */
export function watchVersion(
  statements: Statements,
  watcher: Watcher,
  interval: number,
): NodeJS.Timeout {
  let seen = glance(statements);
  let isBroken = false;
  const look = (): void => {
    const before = seen;
    // Also where nobody else wrote: what this connection commits raises the version, too.
    seen = glance(statements);
    if (isBroken) watcher.broken(undefined);
    isBroken = false;
    if (seen.data !== before.data && seen.version !== before.version) watcher.changed();
  };
  return setInterval(() => {
    try {
      look();
    } catch (error) {
      isBroken = true;
      watcher.broken(String(error));
    }
  }, interval).unref();
}

/** Both of the same moment: a commit in between would be taken for known. */
function glance(statements: Statements): { data: unknown; version: number } {
  for (;;) {
    const data = dataVersion(statements);
    const version = versionOf(statements);
    if (dataVersion(statements) === data) return { data, version };
  }
}

function dataVersion(statements: Statements): unknown {
  return (statements.dataVersion.get() as { data_version: number }).data_version;
}
