import { join, resolve } from 'node:path';
import process from 'node:process';

import { parseProject, type ParsedProject } from '@featureflags/core';

import { openAccess } from './access.ts';
import { ConfigError } from './config-error.ts';
import {
  configOf,
  DEFAULT_SETTINGS,
  optionsHelp,
  readSettings,
  surroundings,
  withoutSecret,
  type Config,
  type Setting,
} from './config.ts';
import { prepareFolderOf } from './data-folder.ts';
import { enter, type Entrance } from './entrance.ts';
import { listen, type Listening } from './listen.ts';
import { createLog, SILENT, type Log } from './log.ts';
import { start, type Running } from './start.ts';
import { stop } from './stop.ts';
import { memoryStore } from './stores/memory.ts';
import { openSqlite } from './stores/sqlite.ts';
import { projectOf, type Store } from './stores/store.ts';
import { VERSION } from './version.ts';

const EXIT_FAILED = 1;
const EXIT_WRONG_USE = 2;

const USAGE = `featureflags ${VERSION}: the FeatureFlags server.

Usage: featureflags [options]

Each option can also stand in the environment or in featureflags.toml, table [server]. The command
line wins over the environment, the environment over the file. --config names another file.

Options:
${optionsHelp()}
`;

/**
 * Runs the server until a signal stops it.
 * @param args the command line
 * @returns the exit code
 */
export async function serve(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const config = configOf(readSettings(surroundings(args)));
    outliveReaders();
    return await run(config, logFor(config));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof ConfigError ? EXIT_WRONG_USE : EXIT_FAILED;
  }
}

/** Every setting with its value, unless that is secret, and where it was found. @throws ConfigError */
export function effectiveConfig(args: readonly string[]): Setting[] {
  return readSettings(surroundings(args)).map(withoutSecret);
}

/** The same API in the process, on a flags file: for git hooks and CI. Nothing listens. */
export async function openFile(path: string): Promise<Pick<Running, 'fetch' | 'close'>> {
  const store = await openYamlStore(path, ':memory:', parseProject);
  const { environments } = projectOf((await store.load()).items);
  const usual = configOf(DEFAULT_SETTINGS);
  const isUsual = environments.includes(usual.environment);
  const environment = isUsual ? usual.environment : (environments[0] ?? usual.environment);
  const config: Config = { ...usual, storage: 'yaml', environment };
  const access = openAccess(config);
  return start({ config, store, access, log: SILENT, now: () => new Date() });
}

function logFor({ log, logLevel }: Config): Log {
  const isTerminal = process.stdout.isTTY;
  return createLog({
    format: log === 'auto' ? (isTerminal ? 'text' : 'json') : log,
    level: logLevel,
    colours: isTerminal,
    write: (line) => process.stdout.write(line),
    now: () => new Date(),
  });
}

/** Who reads the log may go away, and the disk that it is on may be full: the server goes on. */
function outliveReaders(): void {
  let isLost = false;
  process.stdout.on('error', ({ message }) => {
    const line = `The log cannot be written any more: ${message}. The server goes on.\n`;
    if (!isLost) process.stderr.write(line);
    isLost = true;
  });
  // Where standard error is gone as well, there is nobody left to be told.
  process.stderr.on('error', () => undefined);
}

async function run(config: Config, log: Log): Promise<number> {
  const database = databaseOf(config);
  if (database !== undefined) prepareFolderOf(database);
  const entrance = await enter(config);
  const store = await openStore(config, database);
  const { access } = entrance;
  const running = await start({ config, store, access, log, now: () => new Date() });
  const stopped = signalled();
  const listening = await openDoor(running, config, entrance);
  log.info('listening', { url: listening.url, storage: config.storage, version: VERSION });
  // At any level: nobody else knows a token that was made, and an open door is never silent.
  entrance.announce(log, logFor({ ...config, logLevel: 'warn' }), listening.url);
  log.info('stopping', { signal: await stopped });
  return stop(running, listening, config);
}

/** A token is kept once the address is ours: else it would be there, and nobody would have seen it. */
async function openDoor(running: Running, config: Config, { keep }: Entrance): Promise<Listening> {
  const listening = await listen(running, config).catch(async (error: unknown) => {
    await running.close();
    throw addressError(error, config);
  });
  try {
    keep();
    return listening;
  } catch (error) {
    await listening.end();
    await running.close();
    throw error;
  }
}

/** Where each storage keeps its database: README, "Where your flags are". */
function databaseOf({ storage, data }: Config): string | undefined {
  if (storage === 'memory') return undefined;
  return join(resolve(data), storage === 'sqlite' ? 'featureflags.db' : 'flags-file.db');
}

async function openStore(config: Config, database: string | undefined): Promise<Store> {
  if (database === undefined) return memoryStore();
  if (config.storage === 'sqlite') return openSqlite(database);
  return openYamlStore(config.flagsPath, database, (input) => parseWith(config.environment, input));
}

/** The YAML store is loaded only where it is used: its libraries cost memory. */
async function openYamlStore(path: string, database: string, parse: Parse): Promise<Store> {
  const { openYaml } = await import('./stores/yaml.ts');
  return openYaml({ path: resolve(path), database: openSqlite(database), parse });
}

type Parse = (input: unknown) => ParsedProject;

/** A server cannot do without the environment of requests that name none. */
function parseWith(environment: string, input: unknown): ParsedProject {
  const parsed = parseProject(input);
  if (parsed.project === undefined || parsed.project.environments.includes(environment)) {
    return parsed;
  }
  const message =
    `${environment} is missing: requests that name no environment are about it. ` +
    'Name another with --environment or FF_ENVIRONMENT';
  return { project: undefined, issues: [{ path: '/environments', code: 'reference', message }] };
}

/** The first signal stops gracefully; a second one ends the process at once. */
function signalled(): Promise<string> {
  return new Promise((tell) => {
    let isTold = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isTold) process.exit(EXIT_FAILED);
        isTold = true;
        tell(signal);
      });
    }
  });
}

function addressError(error: unknown, { host, port }: Config): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const place = `${host}:${String(port)}`;
  if (code === 'EADDRINUSE') {
    return new Error(`${place} is in use. Stop what listens there, or choose another --port.`);
  }
  return new Error(`Cannot listen on ${place}: ${message}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs as a program. */
export async function main(): Promise<void> {
  process.exitCode = await serve(process.argv.slice(2));
}

if (import.meta.main) await main();
