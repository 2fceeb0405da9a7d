import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentVariables, readSettings } from './config.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'ffctl-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function writeConfig(text: string): void {
  writeFileSync(join(cwd, 'featureflags.toml'), text);
}

const DEFAULTS = {
  server: 'http://127.0.0.1:8080',
  isServerNamed: false,
  environment: 'production',
  token: undefined,
  file: undefined,
  output: 'table',
  color: true,
  repeated: [],
};

test('the defaults', async () => {
  expect(await readSettings({}, { env: {}, cwd })).toEqual(DEFAULTS);
});

test('the file comes before the defaults, the variable before it, the option before that', async () => {
  writeConfig(
    '[server]\nport = 1\n[cli]\nserver = "http://file/"\nenvironment = "file"\ntoken = "f"\n',
  );
  const none = { server: 'http://file', isServerNamed: true, environment: 'file', token: 'f' };
  expect(await readSettings({}, { env: { FF_TOKEN: '' }, cwd })).toMatchObject(none);
  const env = { FF_SERVER: 'https://env', FF_ENVIRONMENT: 'env', FF_TOKEN: 'e' };
  const some = { server: 'https://env', environment: 'env', token: 'e' };
  expect(await readSettings({}, { env, cwd })).toMatchObject({ ...some, repeated: [] });
  const options = { server: 'http://option', environment: 'option', token: 'o' };
  const all = await readSettings(options, { env, cwd });
  expect(all).toMatchObject({
    ...options,
    repeated: ['--environment option', '--server http://option'],
  });
});

test('a file in place of a server: who is named with more force counts', async () => {
  const env = { FF_SERVER: 'http://env' };
  expect(await readSettings({ file: 'f.yml' }, { env, cwd })).toMatchObject({ file: 'f.yml' });
  const other = await readSettings({ server: 'http://o' }, { env: { FF_FILE: 'f.yml' }, cwd });
  expect(other).toMatchObject({ server: 'http://o', file: undefined });
  writeConfig('[cli]\nserver = "http://file"');
  expect(await readSettings({}, { env: { FF_FILE: 'f.yml' }, cwd })).toMatchObject({
    file: 'f.yml',
  });
});

test('how to answer', async () => {
  expect(await readSettings({ json: true }, { env: {}, cwd })).toMatchObject({ output: 'json' });
  expect(await readSettings({ yaml: true }, { env: {}, cwd })).toMatchObject({ output: 'yaml' });
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    expect(await readSettings({}, { env, cwd })).toMatchObject({ color: false });
  }
  expect(await readSettings({ color: false }, { env: {}, cwd })).toMatchObject({ color: false });
});

interface Asked {
  readonly options?: object;
  readonly env?: Record<string, string>;
  readonly config?: string;
}

const REFUSED: readonly [what: string, asked: Asked, message: RegExp][] = [
  ['both outputs', { options: { json: true, yaml: true } }, /--json and --yaml were both given/],
  [
    'file and server',
    { options: { file: 'f', server: 'http://s' } },
    /--server and --file both say where/,
  ],
  [
    'both variables',
    { env: { FF_FILE: 'f', FF_SERVER: 'http://s' } },
    /FF_SERVER and FF_FILE both/,
  ],
  [
    'no address',
    { options: { server: 'localhost:8080' } },
    /--server is "localhost:8080"; expected an address such as http:\/\/127/,
  ],
  ['no address in the variable', { env: { FF_SERVER: 'x' } }, /FF_SERVER is "x"/],
  [
    'no address in the file',
    { config: '[cli]\nserver = "x"' },
    /server in featureflags.toml is "x"/,
  ],
  [
    'an unknown setting',
    { config: '[cli]\nhost = "x"' },
    /\[cli\] has no setting host; known: server, environment, token, file/,
  ],
  ['a number', { config: '[cli]\ntoken = 5' }, /token in \[cli\] must be text in quotes/],
  ['no table', { config: 'cli = 5' }, /cli must be a table/],
  ['no TOML', { config: 'cli =' }, /featureflags\.toml:1:6 is not TOML: /],
];

test.each(REFUSED)('%s', async (_what, { options = {}, env = {}, config }, message) => {
  if (config !== undefined) writeConfig(config);
  const settings = readSettings(options, { env, cwd });
  await expect(settings).rejects.toMatchObject({ exitCode: 2 });
  await expect(settings).rejects.toThrow(message);
});

test.each([
  '[server]\nadmin_token = "secret"\nport = = 3\n',
  '[server]\nadmin_token = secret\n',
  '[cli]\ntoken = "secret\n',
])('no token is shown with a mistake beside it: %j', async (config) => {
  writeConfig(config);
  const refusal: unknown = await readSettings({}, { env: {}, cwd }).catch(
    (error: unknown) => error,
  );
  expect(String(refusal)).toMatch(/featureflags\.toml:\d+:\d+ is not TOML: \S/);
  expect(String(refusal)).not.toContain('secret');
});

test('what hints repeat is quoted for a shell', async () => {
  const { repeated } = await readSettings({ file: "it's here.yml" }, { env: {}, cwd });
  expect(repeated).toEqual([`--file 'it'\\''s here.yml'`]);
});

test('a file that cannot be read is told', async () => {
  mkdirSync(join(cwd, 'featureflags.toml'));
  await expect(readSettings({}, { env: {}, cwd })).rejects.toThrow(/is there but cannot be read/);
});

test('the variables are those of the process', () => {
  expect(environmentVariables()).toBe(process.env);
});
