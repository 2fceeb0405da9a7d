import { MemoryCounts } from './memory-counts.ts';
import { applied, type AuditQuery, type Commit, type Contents, type Store } from './store.ts';

/** A store that forgets when the process ends: for tests, demos and throw-away servers. */
export function memoryStore(): Store {
  let contents: Contents = { version: 0, items: [] };
  const commits: Commit[] = [];
  const counts = new MemoryCounts();
  return {
    kind: 'memory',
    load: () => Promise.resolve(contents),
    commit(commit) {
      if (commit.version !== contents.version + 1) return Promise.resolve(false);
      // What a store was given is its own: nobody changes it from outside afterwards.
      const own = structuredClone(commit);
      contents = applied(contents, own);
      commits.push(own);
      counts.forget(own.changes);
      return Promise.resolve(true);
    },
    audit: (query) => Promise.resolve(newest(commits, query)),
    count: (environment, added, at) =>
      Promise.resolve(counts.add(contents.items, { environment, at }, added)),
    tallies: (environment) => Promise.resolve(counts.tallies(environment)),
    watch: () => undefined,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function newest(commits: readonly Commit[], { kind, key, before, limit }: AuditQuery): Commit[] {
  const isAny = kind === undefined && key === undefined;
  const isAsked = (commit: Commit): boolean =>
    (before === undefined || commit.version < before) &&
    (isAny ||
      commit.changes.some(
        (change) =>
          (kind === undefined || change.kind === kind) && (key === undefined || change.key === key),
      ));
  return commits.filter(isAsked).toReversed().slice(0, limit);
}
