import type { Access } from './access.ts';
import type { Changes } from './changes.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Snapshots } from './snapshots.ts';
import type { Store } from './stores/store.ts';
import type { Streams } from './streams.ts';
import type { Usage } from './usage.ts';

/** What the routes work with: made once by whoever starts the server. */
export interface Services {
  readonly config: Config;
  readonly store: Store;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly streams: Streams;
  readonly metrics: Metrics;
  readonly usage: Usage;
  readonly access: Access;
  readonly log: Log;
  readonly health: Health;
  readonly now: () => Date;
}

/** What the process knows of its own condition. */
interface Health {
  /** Why the store's content cannot be used; the last good state is served meanwhile. */
  broken: string | undefined;
  /** Why the last write failed; undefined once one succeeds. */
  unwritable: string | undefined;
  isStopping: boolean;
}
