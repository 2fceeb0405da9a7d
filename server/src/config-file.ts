import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { parse as parseToml, TomlError } from 'smol-toml';

import { ConfigError } from './config-error.ts';
import { OPTIONS } from './options.ts';

const FILE = 'featureflags.toml';

/** The table [server] of featureflags.toml. */
export interface ConfigFile {
  readonly path: string;
  readonly table: Readonly<Record<string, unknown>>;
}

/**
 * Reads the file: the one that is named, or featureflags.toml if there is one.
 * @throws ConfigError if it cannot be read, or has a key that is not known
 */
export function readFile(cwd: string, chosen: string | undefined): ConfigFile {
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
