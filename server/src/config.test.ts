import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ConfigError } from './config-error.ts';
import { configOf, optionsHelp, readSettings } from './config.ts';
import { OPTIONS } from './options.ts';

let cwd: string;
let path: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'featureflags-config-'));
  path = join(cwd, 'featureflags.toml');
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

/** As short as one may be. */
const TOKEN = '0123456789-abcdefghij_ABCDEFGHI~';

interface Given {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly file?: string;
}

function read({ args = [], env = {}, file }: Given, name: string): unknown {
  if (file !== undefined) writeFileSync(path, file);
  const found = readSettings({ args, env, cwd }).find((setting) => setting.name === name);
  return found && [found.value, found.source.replace(cwd, '.')];
}

describe('where a setting comes from', () => {
  const args = ['--port', '1'];
  const env = { FF_PORT: '2', HOME: '/x', FF_TOKEN: 'not ours' };
  const file = '[server]\nport = 3\n[cli]\nanything = 1\n';

  test.each<[Given, unknown]>([
    [{ args, env, file }, [1, '--port']],
    [{ env, file }, [2, 'FF_PORT']],
    [{ env: { FF_PORT: '' }, file }, [3, './featureflags.toml']],
    [{ file }, [3, './featureflags.toml']],
    [{ file: '' }, [8080, 'default']],
    [{}, [8080, 'default']],
  ])('%j', (given, expected) => {
    expect(read(given, 'port')).toEqual(expected);
  });

  test('--config names another file', () => {
    const other = join(cwd, 'other.toml');
    writeFileSync(other, 'server.port = 4');
    for (const name of [other, 'other.toml']) {
      expect(read({ args: ['--config', name], file }, 'port')).toEqual([4, './other.toml']);
    }
  });
});

describe('values', () => {
  test.each<[Given, string, unknown]>([
    [{ args: ['--insecure'] }, 'insecure', [true, '--insecure']],
    [{ env: { FF_INSECURE: '1' } }, 'insecure', [true, 'FF_INSECURE']],
    [{ env: { FF_INSECURE: 'false' } }, 'insecure', [false, 'FF_INSECURE']],
    [{ env: { FLAGS_PATH: 'x.yml' } }, 'flags_path', ['x.yml', 'FLAGS_PATH']],
    [{ args: ['--flags-path=y.yml'] }, 'flags_path', ['y.yml', '--flags-path']],
    [
      { env: { FF_CORS_ORIGINS: 'https://a.example, https://b.example' } },
      'cors_origins',
      [['https://a.example', 'https://b.example'], 'FF_CORS_ORIGINS'],
    ],
    [{ file: 'server.cors_origins = ["*"]' }, 'cors_origins', [['*'], './featureflags.toml']],
    [{ env: { FF_ADMIN_TOKEN: TOKEN } }, 'admin_token', [TOKEN, 'FF_ADMIN_TOKEN']],
    [{ args: ['--admin-token', TOKEN] }, 'admin_token', [TOKEN, '--admin-token']],
    [{ file: `server.admin_token = "${TOKEN}"` }, 'admin_token', [TOKEN, './featureflags.toml']],
    [{ env: { FF_ADMIN_TOKEN: '' } }, 'admin_token', ['', 'default']],
    [{ file: 'server.port = 0' }, 'port', [0, './featureflags.toml']],
  ])('%j: %s', (given, name, expected) => {
    expect(read(given, name)).toEqual(expected);
  });

  test('reach the program by its own names', () => {
    const config = configOf(readSettings({ args: ['--log-level', 'warn'], env: {}, cwd }));
    expect(config).toMatchObject({
      logLevel: 'warn',
      bodyLimit: 2 ** 20,
      flagsPath: './flags/flags.yml',
    });
    expect(Object.keys(config)).toHaveLength(OPTIONS.length);
  });
});

describe('a mistake names its key, where it is and what was expected', () => {
  test.each<[Given, string]>([
    [{ args: ['--port', 'x'] }, '--port: port is "x"; expected a whole number from 0 to 65535'],
    [{ args: ['--port', '65536'] }, 'port is "65536"; expected a whole number from 0 to 65535'],
    [{ env: { FF_PORT: '-1' } }, 'FF_PORT: port is "-1"; expected a whole number'],
    [{ env: { FF_PORT: '1.5' } }, 'FF_PORT: port is "1.5"; expected a whole number'],
    [
      { env: { FF_STORAGE: 'redis' } },
      'FF_STORAGE: storage is "redis"; expected one of sqlite, yaml, memory',
    ],
    [{ env: { FF_INSECURE: 'yes' } }, 'FF_INSECURE: insecure is "yes"; expected true or false'],
    [{ env: { FF_CORS_ORIGINS: 'a,,b' } }, 'cors_origins is "a,,b"; expected a list of texts'],
    [{ file: 'server.host = ""' }, 'featureflags.toml: host is ""; expected a text'],
    [{ file: 'server.port = "80a"' }, 'featureflags.toml: port is "80a"; expected a whole number'],
    [{ file: 'server.cors_origins = [1]' }, 'cors_origins is [1]; expected a list of texts'],
    [
      { file: 'server.prot = 1' },
      'featureflags.toml: [server] has no key "prot"; known: host, port',
    ],
    [{ file: '[sever]' }, 'featureflags.toml has no "sever"; known: [server] and [cli]'],
    [{ file: 'server = 1' }, 'featureflags.toml: server must be a table: [server]'],
    [{ file: '[server]\nport = = 1' }, 'featureflags.toml:2:8: '],
    [{ args: ['--config', 'nowhere.toml'] }, 'nowhere.toml cannot be read: '],
    [
      { env: { FF_PROT: '1' } },
      'There is no setting FF_PROT (environment); known: FF_HOST, FF_PORT',
    ],
    [{ args: ['--prot', '1'] }, "'--prot'"],
    [{ args: ['serve'] }, "'serve'"],
  ])('%j', (given, message) => {
    const reading = (): unknown => read(given, 'port');
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(message);
  });
});

describe('a token that cannot be used is not shown', () => {
  const expected = 'admin_token cannot be used; expected at least 32 printable ASCII characters';

  test.each<[Given, string]>([
    [{ env: { FF_ADMIN_TOKEN: 'sesame' } }, 'sesame'],
    [{ env: { FF_ADMIN_TOKEN: TOKEN.slice(1) } }, TOKEN.slice(1)],
    [{ args: ['--admin-token', `${TOKEN} x`] }, TOKEN],
    [{ args: ['--admin-token', `${TOKEN}\n`] }, TOKEN],
    [{ args: ['--admin-token', `${TOKEN}ü`] }, TOKEN],
    [{ file: 'server.admin_token = 12345678' }, '12345678'],
    [{ file: 'server.admin_token = ["sesame"]' }, 'sesame'],
    [{ args: ['--admin-token', ''] }, '""'],
  ])('%j', (given, secret) => {
    const reading = (): unknown => read(given, 'admin_token');
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(expected);
    expect(reading).not.toThrow(secret);
  });
});

describe('docs/configuration.md', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

  test('has every option with its variable, default and meaning, and no other', () => {
    const row = /^\| `(\w+)` +\| `(--[\w-]+)` +\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm;
    const documented = [...docs.matchAll(row)].map(([, name, flag, variable, fallback, help]) => [
      name,
      flag,
      variable,
      fallback,
      help,
    ]);
    const declared = OPTIONS.map(({ name, variable, fallback, help }) => [
      name,
      `--${name.replaceAll('_', '-')}`,
      variable ?? `FF_${name.toUpperCase()}`,
      fallback === '' ? 'none' : `\`${typeof fallback === 'object' ? '[]' : String(fallback)}\``,
      help.replaceAll('*', '`*`'),
    ]);
    expect(documented).toEqual(declared);
  });

  test('is what --help says', () => {
    const lines = optionsHelp().split('\n');
    expect(lines).toHaveLength(OPTIONS.length);
    expect(lines[1]).toMatch(/^ {2}--port +port to listen on; .* \(FF_PORT; default 8080\)$/);
  });
});
