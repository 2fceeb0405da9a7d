import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { parse as parseToml, TomlError } from 'smol-toml';

import { OPTIONS, type Option, type OptionValue } from './options.ts';

/** How the server runs. Each field is described in options.ts. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly storage: 'sqlite' | 'yaml' | 'memory';
  readonly data: string;
  readonly flagsPath: string;
  readonly environment: string;
  readonly insecure: boolean;
  readonly log: 'auto' | 'text' | 'json';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logRequests: 'all' | 'errors' | 'none';
  /** Bytes. */
  readonly bodyLimit: number;
  /** Seconds. */
  readonly shutdownTimeout: number;
  /** Seconds. */
  readonly streamHeartbeat: number;
  readonly corsOrigins: readonly string[];
}

/** One option's effective value and where it was found. */
export interface Setting {
  readonly name: string;
  readonly value: OptionValue;
  readonly source: string;
}

/** What is read for the configuration. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A mistake in the configuration: the message says which key, where, and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const FILE = 'featureflags.toml';

/** Variables that begin with FF_ and are not the server's: ffctl's and the SDKs'. */
const FOREIGN_VARIABLES = new Set([
  'FF_SERVER',
  'FF_TOKEN',
  'FF_FILE',
  'FF_OUTPUT',
  'FF_OVERRIDES',
]);

/** What surrounds this process. The only place that reads the environment. */
export function surroundings(args: readonly string[]): Surroundings {
  return { args, env: process.env, cwd: process.cwd() };
}

/**
 * Reads every option: command line before environment before featureflags.toml before default.
 * @throws ConfigError if a key is unknown or a value invalid
 */
export function readSettings({ args, env, cwd }: Surroundings): Setting[] {
  const line = readCommandLine(args);
  const file = readFile(cwd, line.get('config') as string | undefined);
  refuseUnknownVariables(env);
  return OPTIONS.map((option) => {
    const flag = `--${dashed(option.name)}`;
    const given = line.get(dashed(option.name));
    if (given !== undefined) return setting(option, given, flag);
    const variable = variableOf(option);
    const set = env[variable];
    if (set !== undefined && set !== '') return setting(option, set, variable);
    const written = file.table[option.name];
    if (written !== undefined) return setting(option, written, file.path);
    return { name: option.name, value: option.fallback, source: 'default' };
  });
}

/** The settings by their names in the program. */
export function configOf(settings: readonly Setting[]): Config {
  const entries = settings.map(({ name, value }) => [camelCased(name), value]);
  return Object.fromEntries(entries) as Config;
}

/** What `serve --help` prints of the options. */
export function optionsHelp(): string {
  const flags = OPTIONS.map((option) => `--${dashed(option.name)}`);
  const width = Math.max(...flags.map((flag) => flag.length));
  return OPTIONS.map((option, index) => {
    const flag = (flags[index] ?? '').padEnd(width);
    const fallback = shownValue(option.fallback);
    return `  ${flag}  ${option.help} (${variableOf(option)}; default ${fallback})`;
  }).join('\n');
}

/** A value as people read it. */
export function shownValue(value: OptionValue): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}

function setting(option: Option, value: unknown, source: string): Setting {
  try {
    return { name: option.name, value: option.read(value), source };
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(`${source}: ${option.name} is ${JSON.stringify(value)}; ${message}`);
  }
}

function readCommandLine(args: readonly string[]): Map<string, unknown> {
  const options: Record<string, { type: 'string' | 'boolean' }> = { config: { type: 'string' } };
  for (const { name, fallback } of OPTIONS) {
    options[dashed(name)] = { type: fallback === false ? 'boolean' : 'string' };
  }
  try {
    return new Map(Object.entries(parseArgs({ args: [...args], options }).values));
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(`${message}\n\nOptions:\n${optionsHelp()}`);
  }
}

interface ConfigFile {
  readonly path: string;
  readonly table: Readonly<Record<string, unknown>>;
}

function readFile(cwd: string, chosen: string | undefined): ConfigFile {
  const path = resolve(cwd, chosen ?? FILE);
  const text = readText(path, chosen !== undefined);
  const table = text === undefined ? {} : serverTable(path, parseFile(path, text));
  const known = OPTIONS.map(({ name }) => name);
  for (const key of Object.keys(table)) {
    if (known.includes(key)) continue;
    throw new ConfigError(`${path}: [server] has no key "${key}"; known: ${known.join(', ')}`);
  }
  return { path, table };
}

function readText(path: string, mustExist: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return undefined;
    throw new ConfigError(`${path} cannot be read: ${message}`);
  }
}

function parseFile(path: string, text: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const place = `${path}:${String(error.line)}:${String(error.column)}`;
    throw new ConfigError(`${place}: ${error.message.split('\n')[0] ?? ''}`);
  }
}

function serverTable(path: string, document: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(document)) {
    if (name === 'server' || name === 'cli') continue;
    throw new ConfigError(`${path} has no "${name}"; known: [server] and [cli]`);
  }
  const { server = {} } = document;
  if (typeof server === 'object' && server !== null && !Array.isArray(server)) {
    return server as Record<string, unknown>;
  }
  throw new ConfigError(`${path}: server must be a table: [server]`);
}

function refuseUnknownVariables(env: Surroundings['env']): void {
  const known = OPTIONS.map(variableOf);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('FF_') || FOREIGN_VARIABLES.has(name) || known.includes(name)) continue;
    throw new ConfigError(`There is no setting ${name} (environment); known: ${known.join(', ')}`);
  }
}

function variableOf(option: Option): string {
  return option.variable ?? `FF_${option.name.toUpperCase()}`;
}

function dashed(name: string): string {
  return name.replaceAll('_', '-');
}

function camelCased(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
