import process from 'node:process';
import { parseArgs } from 'node:util';

import { ConfigError } from './config-error.ts';
import { readFile } from './config-file.ts';
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
  /** Empty if there is none. */
  readonly adminToken: string;
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
  const settings = OPTIONS.map((option) => {
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
  return settings.map((each) => impliedStorage(each, settings));
}

/** Whoever names a flags file means it to be used. */
function impliedStorage(each: Setting, settings: readonly Setting[]): Setting {
  const path = settings.find(({ name }) => name === 'flags_path');
  const isImplied =
    each.name === 'storage' && each.source === 'default' && path?.source !== 'default';
  return isImplied
    ? { ...each, value: 'yaml', source: `flags_path of ${path?.source ?? ''}` }
    : each;
}

/** Every setting where nobody says anything. */
export const DEFAULT_SETTINGS: readonly Setting[] = OPTIONS.map(({ name, fallback }) => ({
  name,
  value: fallback,
  source: 'default',
}));

const SECRETS = new Set(OPTIONS.filter((option) => option.isSecret).map(({ name }) => name));

/** The setting as it may be shown. */
export function withoutSecret(shown: Setting): Setting {
  return SECRETS.has(shown.name) && shown.value !== '' ? { ...shown, value: '(set)' } : shown;
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
function shownValue(value: OptionValue): string {
  if (value === '') return 'none';
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}

function setting(option: Option, value: unknown, source: string): Setting {
  try {
    return { name: option.name, value: option.read(value), source };
  } catch (error) {
    const { message } = error as Error;
    const got = option.isSecret === true ? 'cannot be used' : `is ${JSON.stringify(value)}`;
    throw new ConfigError(`${source}: ${option.name} ${got}; ${message}`);
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
