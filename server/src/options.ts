/** A value that an option has once it is read. */
export type OptionValue = string | number | boolean | readonly string[];

/** One setting of the server: declared here, documented here, read by config.ts. */
export interface Option {
  /** As in featureflags.toml; `--flags-path` on the command line, `FF_FLAGS_PATH` outside it. */
  readonly name: string;
  /** The environment variable, where it is not FF_ and the name. */
  readonly variable?: string;
  readonly fallback: OptionValue;
  readonly help: string;
  /** True if nobody is shown the value. */
  readonly isSecret?: true;
  /** @throws Error with what was expected */
  readonly read: (value: unknown) => OptionValue;
}

const MEBIBYTE = 2 ** 20;

/** Every option, in the order in which help shows them. */
export const OPTIONS: readonly Option[] = [
  option('host', '127.0.0.1', 'address to listen on', readText),
  option('port', 8080, 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535)),
  option(
    'storage',
    'sqlite',
    'where flags are kept: sqlite, yaml or memory',
    oneOf('sqlite', 'yaml', 'memory'),
  ),
  option('data', './data', 'folder of the database', readText),
  {
    ...option('flags_path', './flags/flags.yml', 'the flags file of storage "yaml"', readText),
    variable: 'FLAGS_PATH',
  },
  option('environment', 'production', 'environment of requests that name none', readText),
  option('insecure', false, 'ask nobody for a token, beyond this machine either', readSwitch),
  {
    ...option('admin_token', '', 'the token that requests need', readToken),
    isSecret: true,
  },
  option(
    'log',
    'auto',
    'auto (text on a terminal, else json), text or json',
    oneOf('auto', 'text', 'json'),
  ),
  option(
    'log_level',
    'info',
    'debug, info, warn or error',
    oneOf('debug', 'info', 'warn', 'error'),
  ),
  option(
    'log_requests',
    'errors',
    'which requests are logged: all, errors or none',
    oneOf('all', 'errors', 'none'),
  ),
  option('body_limit', MEBIBYTE, 'largest request body, in bytes', wholeNumber(1, 1024 * MEBIBYTE)),
  option(
    'shutdown_timeout',
    10,
    'seconds that running requests get when the server stops',
    wholeNumber(0, 3600),
  ),
  option(
    'stream_heartbeat',
    15,
    'seconds between signs of life on a quiet stream',
    wholeNumber(1, 3600),
  ),
  option(
    'cors_origins',
    [],
    'sites whose pages may evaluate flags, such as https://example.com, or *',
    readList,
  ),
];

function option(name: string, fallback: OptionValue, help: string, read: Option['read']): Option {
  return { name, fallback, help, read };
}

function readText(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('expected a text');
}

/** Long enough not to be guessed, and what a header can hold. */
function readToken(value: unknown): string {
  if (typeof value === 'string' && /^[!-~]{32,}$/.test(value)) return value;
  throw new Error('expected at least 32 printable ASCII characters without spaces');
}

function oneOf(...choices: readonly string[]): Option['read'] {
  return (value) => {
    if (typeof value === 'string' && choices.includes(value)) return value;
    throw new Error(`expected one of ${choices.join(', ')}`);
  };
}

function wholeNumber(least: number, most: number): Option['read'] {
  return (value) => {
    const isDigits = typeof value === 'string' && /^\d+$/.test(value);
    const number = isDigits ? Number(value) : value;
    if (
      typeof number === 'number' &&
      Number.isInteger(number) &&
      number >= least &&
      number <= most
    ) {
      return number;
    }
    throw new Error(`expected a whole number from ${String(least)} to ${String(most)}`);
  };
}

function readSwitch(value: unknown): boolean {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw new Error('expected true or false');
}

function readList(value: unknown): readonly string[] {
  const list: unknown =
    typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value;
  if (Array.isArray(list) && list.every((each) => typeof each === 'string' && each !== '')) {
    return list as string[];
  }
  throw new Error('expected a list of texts');
}
