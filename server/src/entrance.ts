import { openAccess, tokenAccess, type Access } from './access.ts';
import { adminTokenPath, keepAdminToken, newAdminToken, readAdminToken } from './admin-token.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { isLoopback } from './hosts.ts';
import type { Log } from './log.ts';
import { sha256 } from './sha256.ts';

/**
 * Which token is asked for: none, the one that is configured, the one that an earlier start made, or
 * one that this start makes.
 */
export type AccessMode = 'open' | 'configured' | 'kept' | 'made';

type Settings = Pick<Config, 'host' | 'insecure' | 'adminToken'>;

/**
 * Decides whom the server lets in. @throws ConfigError if the settings contradict each other
 * @param isKept true if an earlier start made a token
 */
export function accessMode({ host, insecure, adminToken }: Settings, isKept: boolean): AccessMode {
  if (insecure && adminToken !== '') {
    throw new ConfigError(
      'insecure says that nobody is asked for a token, and admin_token says for which: ' +
        'leave one of them out.',
    );
  }
  if (insecure) return 'open';
  if (adminToken !== '') return 'configured';
  if (isKept) return 'kept';
  return isLoopback(host) ? 'open' : 'made';
}

/** How a server is entered, from its start on. */
export interface Entrance {
  readonly access: Access;
  /** Keeps a token that was made. @throws Error if it cannot be kept */
  readonly keep: () => void;
  /**
   * Says who may come in, and shows a token that was made: once. An open door is never silent.
   * @param always a log that is read whatever its level
   */
  readonly announce: (log: Log, always: Log, url: string) => void;
}

/**
 * Makes the entrance that the configuration asks for; nothing is written yet.
 * @throws Error if a token that was made earlier cannot be read
 */
export async function enter(config: Config): Promise<Entrance> {
  const path = adminTokenPath(config.data);
  const isDecided = config.insecure || config.adminToken !== '';
  const kept = isDecided ? undefined : readAdminToken(path);
  const mode = accessMode(config, kept !== undefined);
  if (mode === 'open') return openEntrance(config);
  if (mode === 'made') return madeEntrance(config, path);
  return {
    access: await tokenAccess(kept?.digest ?? (await sha256(config.adminToken))),
    keep: () => undefined,
    announce: (log) => {
      log.info('token asked for', { message: kept === undefined ? CONFIGURED : keptMessage(path) });
      if (kept?.isShared === true) log.warn('admin token', { message: sharedMessage(path) });
    },
  };
}

const CONFIGURED = 'requests need the token that admin_token (FF_ADMIN_TOKEN) says';

function keptMessage(path: string): string {
  return `requests need the token that an earlier start showed. ${lostMessage(path)}`;
}

function lostMessage(path: string): string {
  return `Lost? Delete ${path} and start again.`;
}

function sharedMessage(path: string): string {
  return `other users of this machine may read or write ${path}: chmod 600 ${path}`;
}

function openEntrance(config: Config): Entrance {
  const { host } = config;
  return {
    access: openAccess(config),
    keep: () => undefined,
    announce: (log, always) => {
      if (!isLoopback(host)) {
        const message = 'anybody who reaches this address can change your flags';
        always.warn('open door', { message });
      } else {
        log.info('open on this machine', { message: 'programs on this machine need no token' });
      }
    },
  };
}

async function madeEntrance({ storage }: Config, path: string): Promise<Entrance> {
  const token = newAdminToken();
  const digest = await sha256(token);
  const isKept = storage !== 'memory';
  return {
    access: await tokenAccess(digest),
    keep: () => {
      if (isKept) keepAdminToken(path, digest);
    },
    announce: (_log, always, url) => {
      const address = url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//127.0.0.1');
      const message = [
        'requests need this token. It is shown this once: put it where it is safe.',
        `curl -H 'Authorization: Bearer ${token}' ${address}/flags`,
        `FF_TOKEN=${token} ffctl list --server ${address}`,
        isKept
          ? lostMessage(path)
          : 'Nothing is written with storage memory: each start makes another.',
      ];
      always.warn('first admin token', { token, message });
    },
  };
}
