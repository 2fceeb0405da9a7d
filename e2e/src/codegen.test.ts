import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, expect, test } from 'vitest';

import { ok } from './api.ts';
import { LANGUAGES, python, typescript, type Language } from './languages.ts';
import { ffctl, ROOT, type Command } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';
import { crate } from './crate.ts';

// What ffctl generates from a real server compiles, and asks the SDK for what the flags hold.

const FLAGS = {
  new_checkout: { description: 'New "checkout" */ """', targets: { on: ['ann'] } },
  'button.colour': { variants: { blue: '#00f', green: '#0f0' }, off: 'blue', default: 'green' },
  limit: { variants: { on: 10.5, off: 0 } },
  banner: { variants: { a: { title: 'Hé' }, b: { title: 'Bye' } }, off: 'a', default: 'b' },
};
const VALUES = [false, true, '#0f0', 10.5, { title: 'Bye' }];

const EXTENSIONS: Readonly<Record<Language, string>> = {
  typescript: 'ts',
  python: 'py',
  rust: 'rs',
};

const folder = newFolder();
const fileOf = (language: Language): string => join(folder, `flags.${EXTENSIONS[language]}`);

const COMMANDS: Readonly<Record<Language, (url: string, file: string) => Command>> = {
  typescript: (url, file) => [...typescript('typed/typed.ts'), url, file],
  python: (url, file) => [...python('e2e/src/typed/typed.py'), url, file],
  rust: (url, file) => {
    const sources = {
      'main.rs': read(join(ROOT, 'e2e/src/typed/typed.rs')),
      'flags.rs': read(file),
    };
    return [...crate(join(folder, 'crate'), sources), url];
  },
};

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

let server: Server;
beforeAll(async () => {
  server = await startServer();
  for (const [key, flag] of Object.entries(FLAGS)) {
    await ok(`${server.url}/flags/${key}`, 'POST', { enabled: true, ...flag });
  }
});

test.each(LANGUAGES)('typed calls in %s', async (language) => {
  const file = fileOf(language);
  const env = { FF_SERVER: server.url };
  const written = await ffctl(['codegen', language, '--out', file], env);
  expect([written.code, written.out]).toEqual([0, '']);
  expect((await ffctl(['codegen', language, '--out', file, '--check'], env)).code).toBe(0);

  const [program, ...rest] = COMMANDS[language](server.url, file);
  const { stdout } = await promisify(execFile)(program, rest, { cwd: ROOT, timeout: 170_000 });
  expect(JSON.parse(stdout)).toEqual(VALUES);
});

test('--check fails once the flags are others', async () => {
  const [language] = LANGUAGES;
  await ok(`${server.url}/flags/another`, 'POST', {});
  const file = fileOf(language as Language);
  const { code, out, err } = await ffctl(
    ['codegen', language as Language, '--out', file, '--check'],
    { FF_SERVER: server.url },
  );
  expect(code).toBe(1);
  expect(`${out}${err}`).toContain('another');
});

const TYPED = LANGUAGES.filter((language) => language === 'python');
test.each(TYPED)('mypy has nothing to say of the file in %s', async (language) => {
  const mypy = join(ROOT, '.venv-python/bin/mypy');
  const options = { cwd: folder };
  const { stdout } = await promisify(execFile)(mypy, ['--strict', fileOf(language)], options);
  expect(stdout).toContain('no issues found');
});
