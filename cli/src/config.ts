import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrongUse } from './failure.ts';
import type { Io } from './io.ts';

/** What decides where a command goes, and how it answers. */
export interface Settings {
  readonly server: string;
  /** True if somebody said which server. */
  readonly isServerNamed: boolean;
  readonly environment: string;
  readonly token: string | undefined;
  /** The flags file that stands in for a server. */
  readonly file: string | undefined;
  readonly output: Output;
  readonly color: boolean;
  /** What the command line said of where to go, so that what is hinted at goes there too. */
  readonly repeated: readonly string[];
}

export type Output = 'table' | 'json' | 'yaml';

/** The options that every command has, as the command line gives them. */
export interface GlobalOptions {
  readonly server?: string;
  readonly environment?: string;
  readonly token?: string;
  readonly file?: string;
  readonly json?: boolean;
  readonly yaml?: boolean;
  readonly color?: boolean;
}

export const CONFIG_FILE = 'featureflags.toml';
export const DEFAULT_SERVER = 'http://127.0.0.1:8080';
export const DEFAULT_ENVIRONMENT = 'production';

/** The settings that may stand in {@link CONFIG_FILE}, and their environment variables. */
const VARIABLES = {
  server: 'FF_SERVER',
  environment: 'FF_ENVIRONMENT',
  token: 'FF_TOKEN',
  file: 'FF_FILE',
} as const;

type Name = keyof typeof VARIABLES;

/** A value, who said it in words, and how much that counts. */
interface Found {
  readonly value: string;
  readonly source: string;
  readonly rank: number;
}

type Finder = (name: Name) => Found | undefined;

/** The environment variables of this process. */
export function environmentVariables(): Io['env'] {
  return process.env;
}

/** Reads the settings: command line, then environment variable, then config file, then default. */
export async function readSettings(
  options: GlobalOptions,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<Settings> {
  if (options.json === true && options.yaml === true) {
    throw wrongUse('--json and --yaml were both given; choose one of them.');
  }
  const find = finder(options, io.env, await readConfigFile(io.cwd));
  const { server, file } = place(find('server'), find('file'));
  return {
    server: readServer(server),
    isServerNamed: server !== undefined,
    environment: find('environment')?.value ?? DEFAULT_ENVIRONMENT,
    token: find('token')?.value,
    file: file?.value,
    output: options.json === true ? 'json' : options.yaml === true ? 'yaml' : 'table',
    color: options.color !== false && !isSet(io.env['NO_COLOR']) && io.env['TERM'] !== 'dumb',
    repeated: (['environment', 'server', 'file'] as const).flatMap((name) =>
      options[name] === undefined ? [] : [`--${name} ${quoted(options[name])}`],
    ),
  };
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w.,:/@+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function finder(options: GlobalOptions, env: Io['env'], config: Record<string, string>): Finder {
  return (name) => {
    const option = options[name];
    if (option !== undefined) return { value: option, source: `--${name}`, rank: 3 };
    const variable = env[VARIABLES[name]];
    if (isSet(variable)) return { value: variable, source: VARIABLES[name], rank: 2 };
    const value = config[name];
    return value === undefined
      ? undefined
      : { value, source: `${name} in ${CONFIG_FILE}`, rank: 1 };
  };
}

function isSet(variable: string | undefined): variable is string {
  return variable !== undefined && variable !== '';
}

/** A server and a file exclude each other: who speaks last is heard. */
function place(
  server: Found | undefined,
  file: Found | undefined,
): { server: Found | undefined; file: Found | undefined } {
  if (server === undefined || file === undefined) return { server, file };
  if (server.rank === file.rank) {
    const both = `${server.source} and ${file.source}`;
    throw wrongUse(`${both} both say where the flags are; give one of them.`);
  }
  return server.rank > file.rank ? { server, file: undefined } : { server: undefined, file };
}

function readServer(found: Found | undefined): string {
  if (found === undefined) return DEFAULT_SERVER;
  const url = URL.canParse(found.value) ? new URL(found.value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const example = `an address such as ${DEFAULT_SERVER}`;
    throw wrongUse(`${found.source} is ${JSON.stringify(found.value)}; expected ${example}.`);
  }
  return found.value.replace(/\/+$/, '');
}

async function readConfigFile(folder: string): Promise<Record<string, string>> {
  const text = readIfThere(join(folder, CONFIG_FILE));
  if (text === undefined) return {};
  const table = (await parseToml(text))['cli'] ?? {};
  if (typeof table !== 'object' || Array.isArray(table)) {
    throw wrongUse(`${CONFIG_FILE}: cli must be a table: a line [cli], settings below it.`);
  }
  const known = Object.keys(VARIABLES);
  for (const [name, value] of Object.entries(table)) {
    if (!known.includes(name)) {
      const list = known.join(', ');
      throw wrongUse(`${CONFIG_FILE}: [cli] has no setting ${name}; known: ${list}.`);
    }
    if (typeof value !== 'string') {
      throw wrongUse(`${CONFIG_FILE}: ${name} in [cli] must be text in quotes.`);
    }
  }
  return table as Record<string, string>;
}

async function parseToml(text: string): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line only: those below show the file, in which a token may stand.
    const [why = ''] = error.message.split('\n');
    const where = `${CONFIG_FILE}:${String(error.line)}:${String(error.column)}`;
    throw wrongUse(`${where} is not TOML: ${why}`);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw wrongUse(`${CONFIG_FILE} is there but cannot be read: ${(error as Error).message}`);
  }
}
