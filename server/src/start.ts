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
  readonly log: Log;
  readonly now: () => Date;
}

/** Puts an application on a store: reads what it holds, and follows what others do to it. */
export async function start(parts: Parts): Promise<Running> {
  const services = await makeServices(parts);
  const { config, store, snapshots, changes, streams } = services;
  snapshots.subscribe((change) => {
    streams.publish(change);
  });
  watch(services);
  const heartbeat = setInterval(() => {
    streams.beat();
  }, config.streamHeartbeat * 1000).unref();
  return {
    ...createApp(services),
    services,
    close: async () => {
      clearInterval(heartbeat);
      streams.drain();
      await changes.settled();
      await store.close();
    },
  };
}

async function makeServices({ config, store, log, now }: Parts): Promise<Services> {
  const snapshots = await Snapshots.of(stateOf(await store.load()));
  const changes = new Changes(store, snapshots);
  await makeFirstEnvironment(snapshots, changes, config.environment, now);
  // Requests that name no environment are about it: without it, no start.
  snapshots.current(config.environment);
  const health = { broken: undefined, isStopping: false };
  const streams = new Streams(now);
  return { config, store, snapshots, changes, streams, metrics: new Metrics(), log, health, now };
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
