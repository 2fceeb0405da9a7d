import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ok } from './api.ts';
import { crate } from './crate.ts';
import { LANGUAGES, python, typescript, type Language } from './languages.ts';
import { cleanEnvironment, ROOT, type Command } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';

// The examples of the first page, as they stand there; only the address is another. Each is followed
// by a line that prints what its last line gave.

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const ADDRESS = 'http://localhost:8080';

/** In the repository, so that packages are found from there. */
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.cache', 'readme-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const EXAMPLES: Readonly<Record<Language, (url: string) => Command>> = {
  typescript: (url) => {
    const { before, last } = example('ts', url);
    const file = written('example.ts', `${before}console.log(${last.replace(';', '')});\n`);
    return [typescript('')[0], file];
  },
  python: (url) => {
    const { before, last } = example('python', url);
    const [program] = python('');
    return [
      program,
      written('example.py', `${before}print(str(${last}).lower())\nflags.close()\n`),
    ];
  },
  rust: (url) => {
    const { before, last } = example('rust', url);
    const result = 'Result<(), featureflags_client::ConfigError>';
    const body = `${before}println!("{}", ${last.replace(';', '')});\nOk(())`;
    return crate(folder, { 'main.rs': `fn main() -> ${result} {\n${body}\n}\n` });
  },
};

/** The lines of an example, and the last of them, which asks for a flag. */
function example(language: string, url: string): { before: string; last: string } {
  const block = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(README)?.[1] ?? '';
  const lines = block.replace(ADDRESS, url).trimEnd().split('\n');
  const last = lines.pop() ?? '';
  expect(last).toContain('new_checkout');
  return { before: `${lines.join('\n')}\n`, last };
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await ok(`${server.url}/flags/new_checkout`, 'POST', {
    enabled: true,
    rules: [{ when: { user_id: '123', country: 'US' }, serve: 'on' }],
  });
});

test.each(LANGUAGES)('the example in %s', async (language) => {
  const [program, ...rest] = EXAMPLES[language](server.url);
  // No copy on disk but in a folder of its own.
  const home = newFolder();
  const env = { ...cleanEnvironment(), ...homes(), XDG_CACHE_HOME: home };
  const { stdout } = await promisify(execFile)(program, rest, { env, timeout: 170_000 });
  expect(stdout).toBe('true\n');
});

/** Where cargo finds its toolchain. */
function homes(): Record<string, string> {
  const names = ['HOME', 'CARGO_HOME', 'RUSTUP_HOME'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
