import { Problem } from './errors.ts';
import type { Store } from './stores/store.ts';

/**
 * The store, with an eye on whether it takes what is written: a full disk still answers those who
 * read.
 * @param tell is called after each write; undefined: something was written
 */
export function watchedStore(store: Store, tell: (failure: string | undefined) => void): Store {
  const watched = async <T>(write: Promise<T>, isWritten: (result: T) => boolean): Promise<T> => {
    try {
      const result = await write;
      if (isWritten(result)) tell(undefined);
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
    // A commit that came too late wrote nothing, and so did counts of which none was taken: a full
    // disk has room for those.
    commit: (commit) => watched(store.commit(commit), Boolean),
    count: (environment, counts, at) =>
      watched(store.count(environment, counts, at), ({ accepted }) => accepted > 0),
  };
}

/** A write that is refused, because a file is being edited say, says nothing of the store. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return error.code === 'STORE_UNAVAILABLE' && error.details.headers?.['retry-after'] === undefined;
}
