import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { RULES } from './options.ts';
import { change, newFolder, startServer, type Server } from './server.fixture.ts';

// Every example of the README runs as it stands, in a process of its own, against a real server.

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const EXAMPLES = examplesOf(README);

/** Each block of TypeScript with the heading above it. */
function examplesOf(text: string): [heading: string, code: string][] {
  const found: [string, string][] = [];
  let last = 'Install';
  for (const [, heading, code] of text.matchAll(/^## (.*)$|^```ts\n([\s\S]*?)^```$/gm)) {
    if (code === undefined) last = heading ?? '';
    else found.push([last, code]);
  }
  return found;
}

/** What each example prints, by its heading. */
const PRINTS: Readonly<Record<string, RegExp>> = {
  Install: /^true\n$/,
  Values:
    /^true Hello 10 white\nHello STATIC hello undefined\n\[[\s\S]*step: 6[\s\S]*\]\n\[ 'headline', 'new_checkout', 'theme' \]\n\{\n {2}state: 'ready',[\s\S]*\}\n$/,
  Offline: /^true\n$/,
  'Tests and development': /^true 3\nfalse\n$/,
  Events: /^$/,
  OpenFeature: /^true\n$/,
  Browsers: /^true Hello\n$/,
  'Without a snapshot': /^true\n$/,
};

const FLAGS = {
  new_checkout: { enabled: true },
  headline: {
    enabled: true,
    variants: { hello: 'Hello', bye: 'Bye' },
    off: 'bye',
    default: 'hello',
  },
  theme: { enabled: true, variants: { dark: { ink: 'white' } }, off: 'dark', default: 'dark' },
};

let server: Server;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  await change(server.url, '/import', { schema: 1, flags: FLAGS });
  folder = newFolder();
  mkdirSync(join(folder, 'app'));
  symlinkSync(MODULES, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'flags.yml'), 'flags:\n  new_checkout: {enabled: true}\n');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(async () => server.stop());

test('every example has an expectation, and every option a row', () => {
  expect(EXAMPLES.map(([heading]) => heading)).toEqual(Object.keys(PRINTS));
  const rows = [...README.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(rows).toEqual(Object.keys(RULES));
});

test.each(EXAMPLES)('%s', async (heading, code) => {
  const path = join(folder, `${heading.replaceAll(' ', '-')}.ts`);
  writeFileSync(path, code.replaceAll('http://localhost:8080', server.url));
  const env = { PATH: dirname(process.execPath), XDG_CACHE_HOME: join(folder, 'cache') };
  const run = promisify(execFile)(process.execPath, [path], { cwd: folder, env, timeout: 30_000 });
  const { stdout, stderr } = await run;
  expect(stderr).toBe('');
  expect(stdout).toMatch(PRINTS[heading] ?? /never/);
});
