import { Problem } from './errors.ts';
import type { Store } from './stores/store.ts';

/**
 * The store, with an eye on whether it takes what is written: a full disk still answers those who
 * read.
 * @param tell is called after each write; undefined: it went well
 */
export function watchedStore(store: Store, tell: (failure: string | undefined) => void): Store {
  const watched = async <T>(write: Promise<T>): Promise<T> => {
    try {
      const result = await write;
      // A commit that came too late wrote nothing.
      if (result !== false) tell(undefined);
      return result;
    } catch (error) {
      if (isFailure(error)) tell(error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  return {
    kind: store.kind,
    load: () => store.load(),
    audit: (query) => store.audit(query),
    tallies: (environment) => store.tallies(environment),
    watch: (watcher) => {
      store.watch(watcher);
    },
    check: () => store.check(),
    close: () => store.close(),
    commit: (commit) => watched(store.commit(commit)),
    count: (environment, counts, at) => watched(store.count(environment, counts, at)),
  };
}

/** A write that is refused, because a file is being edited say, says nothing of the store. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return error.code === 'STORE_UNAVAILABLE' && error.details.headers?.['retry-after'] === undefined;
}
