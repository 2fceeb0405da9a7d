import type { Access } from './access.ts';
import { createApp, type App } from './app.ts';
import { Changes } from './changes.ts';
import type { Config } from './config.ts';
import { Problem } from './errors.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Services } from './services.ts';
import { Snapshots } from './snapshots.ts';
import { stateOf } from './state.ts';
import type { Store } from './stores/store.ts';
import { Streams } from './streams.ts';
import { Usage } from './usage.ts';
import { watchedStore } from './watched-store.ts';

/** How often evaluations that were counted are stored, in milliseconds. */
const USAGE_INTERVAL = 10_000;

/** An application on a store. */
export interface Running extends App {
  readonly services: Services;
  /** Ends streams, waits for the changes that were begun, closes the store. */
  close(): Promise<void>;
}

/** What an application is made of. */
export interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly access: Access;
  readonly log: Log;
  readonly now: () => Date;
}

/** Puts an application on a store: reads what it holds, and follows what others do to it. */
export async function start(parts: Parts): Promise<Running> {
  const services = await makeServices(parts);
  const { config, store, snapshots, changes, streams, usage } = services;
  snapshots.subscribe((change) => {
    streams.publish(change);
    usage.forget(change, snapshots.state.project);
  });
  watch(services);
  const heartbeat = setInterval(() => {
    streams.beat();
  }, config.streamHeartbeat * 1000).unref();
  const counting = setInterval(() => void usage.store(), USAGE_INTERVAL).unref();
  return {
    ...createApp(services),
    services,
    close: async () => {
      clearInterval(heartbeat);
      clearInterval(counting);
      streams.drain();
      await changes.settled();
      await usage.store();
      await store.close();
    },
  };
}

async function makeServices({ store: given, ...parts }: Parts): Promise<Services> {
  const { config, log, now } = parts;
  const health: Services['health'] = {
    broken: undefined,
    unwritable: undefined,
    isStopping: false,
  };
  const store = watchedStore(given, (failure) => {
    health.unwritable = failure;
  });
  const snapshots = Snapshots.of(stateOf(await store.load()));
  const changes = new Changes(store, snapshots);
  await makeFirstEnvironment(snapshots, changes, config.environment, now);
  // Requests that name no environment are about it: without it, no start.
  snapshots.current(config.environment);
  const streams = new Streams(now);
  const metrics = new Metrics();
  const usage = new Usage({ store, log, now });
  return { ...parts, store, snapshots, changes, streams, metrics, usage, health };
}

async function makeFirstEnvironment(
  snapshots: Snapshots,
  changes: Changes,
  key: string,
  now: () => Date,
): Promise<void> {
  if (snapshots.state.project.environments.length > 0) return;
  const occasion = { actor: 'featureflags', at: now().toISOString() };
  await changes.apply({ action: 'environment.create', key }, occasion).catch((error: unknown) => {
    // Another server that starts on the same store was faster.
    if (!(error instanceof Problem) || error.code !== 'ALREADY_EXISTS') throw error;
  });
}

function watch({ store, changes, log, health }: Services): void {
  store.watch({
    changed: () => {
      changes.reload().then(
        () => {
          log.info('flags changed elsewhere');
        },
        (error: unknown) => {
          log.error('flags changed elsewhere and cannot be used', { message: String(error) });
        },
      );
    },
    broken: (reason) => {
      health.broken = reason;
      if (reason === undefined) log.info('store is usable again');
      else log.error('store cannot be used, the last good state is served', { message: reason });
    },
  });
}
