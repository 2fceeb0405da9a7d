import { join, resolve } from 'node:path';
import process from 'node:process';

import { parseProject, type ParsedProject } from '@featureflags/core';

import { ConfigError } from './config-error.ts';
import {
  configOf,
  DEFAULT_SETTINGS,
  optionsHelp,
  readSettings,
  surroundings,
  type Config,
  type Setting,
} from './config.ts';
import { isLoopback } from './hosts.ts';
import { listen, type Listening } from './listen.ts';
import { createLog, SILENT, type Log } from './log.ts';
import { start, type Running } from './start.ts';
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
    const config = configOf(effectiveConfig(args));
    refuseOpenDoor(config);
    return await run(config, logFor(config));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof ConfigError ? EXIT_WRONG_USE : EXIT_FAILED;
  }
}

/** Every setting with its value and where it was found. @throws ConfigError */
export function effectiveConfig(args: readonly string[]): Setting[] {
  return readSettings(surroundings(args));
}

/** The same API in the process, on a flags file: for git hooks and CI. Nothing listens. */
export async function openFile(path: string): Promise<Pick<Running, 'fetch' | 'close'>> {
  const store = await openYamlStore(path, ':memory:', parseProject);
  const { environments } = projectOf((await store.load()).items);
  const usual = configOf(DEFAULT_SETTINGS);
  const isUsual = environments.includes(usual.environment);
  const environment = isUsual ? usual.environment : (environments[0] ?? usual.environment);
  const config: Config = { ...usual, storage: 'yaml', environment };
  return start({ config, store, log: SILENT, now: () => new Date() });
}

function refuseOpenDoor({ host, insecure }: Config): void {
  if (insecure || isLoopback(host)) return;
  throw new ConfigError(
    `${host} can be reached from other machines, and this version asks nobody who they are: ` +
      'anybody there could change your flags. Listen on 127.0.0.1, or say --insecure if ' +
      'something in front of it keeps others out.',
  );
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

async function run(config: Config, log: Log): Promise<number> {
  const running = await start({
    config,
    store: await openStore(config),
    log,
    now: () => new Date(),
  });
  const stopped = signalled();
  const listening = await listen(running, config).catch(async (error: unknown) => {
    await running.close();
    throw addressError(error, config);
  });
  log.info('listening', { url: listening.url, storage: config.storage, version: VERSION });
  if (!isLoopback(config.host)) {
    log.warn('open door', { message: 'anybody who reaches this address can change your flags' });
  } else {
    log.info('open on this machine', { message: 'programs on this machine need no token' });
  }
  log.info('stopping', { signal: await stopped });
  return stop(running, listening, config);
}

/** Where each storage keeps its files: README, "Where your flags are". */
async function openStore({ storage, data, flagsPath, environment }: Config): Promise<Store> {
  if (storage === 'memory') return memoryStore();
  if (storage === 'sqlite') return openSqlite(join(resolve(data), 'featureflags.db'));
  const database = join(resolve(data), 'flags-file.db');
  return openYamlStore(flagsPath, database, (input) => parseWith(environment, input));
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

async function stop(running: Running, listening: Listening, config: Config): Promise<number> {
  const { log, health, streams } = running.services;
  health.isStopping = true;
  const stopping = listening.stop();
  streams.drain();
  const isDone = await within(stopping, config.shutdownTimeout * 1000);
  if (!isDone) {
    const message = `requests still ran after ${String(config.shutdownTimeout)} s and were cut off`;
    log.warn('stopped late', { message });
    await listening.end();
  }
  await running.close();
  log.info('stopped');
  return 0;
}

/** True if the work ended within the time, in milliseconds. */
async function within(work: Promise<void>, time: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((tell) => {
    timer = setTimeout(() => {
      tell(false);
    }, time);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
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
