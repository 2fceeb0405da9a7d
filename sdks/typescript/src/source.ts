import { Connection } from './connection.ts';
import { Holder } from './holder.ts';
import type { Endpoint } from './http.ts';
import { documentFrom } from './offline.ts';
import type { Settings } from './options.ts';
import type { Platform } from './platform.ts';
import { reasonOf, Reports } from './reports.ts';

/** What answers a client's questions, until it is given back. */
export interface Source {
  readonly holder: Holder;
  /** The server; undefined if there is none. */
  readonly endpoint: Endpoint | undefined;
  /** Ends it, if no other client has it too. */
  readonly release: () => Promise<void>;
}

/**
 * The source that the settings ask for.
 * @param mistakes what was wrong with the options; reported once there is somebody to report to
 */
export function openSource(settings: Settings, platform: Platform, mistakes: string[]): Source {
  const { url, offline, bootstrap } = settings;
  const source =
    url === undefined || offline !== undefined
      ? closedSource(settings, platform)
      : connect(settings, url, platform);
  const { reports } = source.holder;
  for (const mistake of mistakes) reports.mistake(mistake);
  if (offline !== undefined) take('offline', offline, source.holder, { settings, platform });
  else if (bootstrap !== undefined && source.holder.held === undefined) {
    take('bootstrap', bootstrap, source.holder, { settings, platform });
  }
  if (
    url === undefined &&
    offline === undefined &&
    bootstrap === undefined &&
    mistakes.length === 0
  ) {
    reports.mistake(
      'there is no url, so that the defaults serve. Give the address of the server, or the option offline.',
    );
  }
  if (settings.events && source.endpoint === undefined) {
    reports.mistake('the option events has no effect without a server.');
  }
  return source;
}

interface Surroundings {
  readonly settings: Settings;
  readonly platform: Platform;
}

function take(
  option: 'offline' | 'bootstrap',
  given: NonNullable<Settings['offline']>,
  holder: Holder,
  { settings: { environment }, platform }: Surroundings,
): void {
  const isOffline = option === 'offline';
  let refusal: string | undefined;
  try {
    const document = documentFrom(given, environment, platform.files);
    const origin = isOffline ? 'file' : 'bootstrap';
    refusal = holder.take(document, { origin, at: isOffline ? undefined : platform.now() });
  } catch (error) {
    refusal = reasonOf(error);
  }
  const own = holder.held?.snapshot.environment;
  const name = typeof given === 'string' ? `the file ${given}` : 'the snapshot';
  if (refusal !== undefined) {
    holder.reports.mistake(`${name} of the option ${option} is not used: ${refusal}.`);
  } else if (environment !== undefined && own !== environment) {
    holder.reports.mistake(
      `${name} of the option ${option} is used, but it is of the environment ${String(own)}, not of ${environment}.`,
    );
  }
}

function closedSource({ logger }: Settings, platform: Platform): Source {
  const reports = new Reports(platform.now);
  reports.add(logger);
  return { holder: new Holder(reports), endpoint: undefined, release: async () => undefined };
}

interface Shared {
  readonly connection: Connection;
  users: number;
}

/** The open connections of this process; those of tests are apart. */
const open = new WeakMap<Platform, Map<string, Shared>>();

/** The connection that all clients with these settings share; begun if there is none. */
function connect(settings: Settings, url: string, platform: Platform): Source {
  const { token, environment, mode, ttl, cache, logger } = settings;
  const name = JSON.stringify([url, token, environment, mode, ttl, cache]);
  const connections = open.get(platform) ?? new Map<string, Shared>();
  open.set(platform, connections);
  const known = connections.get(name);
  const shared = known ?? { connection: new Connection(settings, url, platform), users: 0 };
  const { connection } = shared;
  connections.set(name, shared);
  shared.users += 1;
  // A new one has it already, for what it says while it is made.
  if (known !== undefined) connection.holder.reports.add(logger);
  const release = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users === 0) connections.delete(name);
    if (shared.users === 0) await connection.end();
    connection.holder.reports.remove(logger);
  };
  return { holder: connection.holder, endpoint: connection.endpoint, release };
}
