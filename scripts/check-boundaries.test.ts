import { describe, expect, test } from 'vitest';
import { checkBoundaries } from './check-boundaries.ts';

const rooms = [
  { folder: 'core', name: '@featureflags/core' },
  { folder: 'server', name: 'featureflags' },
  { folder: 'cli', name: 'ffctl' },
  { folder: 'e2e', name: '@featureflags/e2e' },
  { folder: 'sdks/typescript', name: 'featureflags-client' },
];

/** The broken rules of sources given by path, as `path:line rule`. */
function broken(sources: Record<string, string>): string[] {
  return checkBoundaries(new Map(Object.entries(sources)), rooms).map(
    ({ path, line, rule }) => `${path}:${line} ${rule}`,
  );
}

const oneFile: [path: string, source: string, rule: string][] = [
  ['core/src/a.ts', "import { readFileSync } from 'node:fs';", 'core imports nothing'],
  ['core/src/a.ts', "import type { z } from 'zod';", 'core imports nothing'],
  ['core/src/a.ts', "type Hono = import('hono').Hono;", 'core imports nothing'],
  ['core/src/a.ts', 'export const a = Date.now();', 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', 'export const a = new Date();', 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', 'export const a = Math.random();', 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', "Math['random']();", 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', "console.log('');", 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', 'globalThis.console.log();', 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', 'export async function a() {}', 'core has no clock, chance, I/O or async'],
  ['core/src/a.ts', 'export const a = async () => 1;', 'core has no clock, chance, I/O or async'],
  [
    'server/src/stores/sqlite.ts',
    "import { app } from '../app.ts';",
    'a store imports only core, errors.ts and store.ts',
  ],
  [
    'server/src/stores/sqlite.ts',
    "import type { Memory } from './memory.ts';",
    'a store imports only core, errors.ts and store.ts',
  ],
  [
    'server/src/app.ts',
    "import { sqlite } from './stores/sqlite.ts';",
    'only main.ts names a concrete store',
  ],
  [
    'server/src/api/flags.ts',
    "import { page } from '../dashboard/page.ts';",
    'api/ and dashboard/ do not import each other',
  ],
  [
    'server/src/dashboard/page.ts',
    "export { flags } from '../api/flags.ts';",
    'api/ and dashboard/ do not import each other',
  ],
  [
    'server/src/changes.ts',
    "import { DatabaseSync } from 'node:sqlite';",
    'only stores/<x>.ts imports its driver',
  ],
  [
    'server/src/api/flags.ts',
    "import { ErrorCode } from '@openfeature/core';",
    'only openfeature*.ts imports OpenFeature',
  ],
  [
    'server/src/app.ts',
    "import { serve } from '@hono/node-server';",
    'only listen.ts knows the runtime',
  ],
  ['server/src/app.ts', 'globalThis.Bun.serve({});', 'only listen.ts knows the runtime'],
  ['server/src/app.ts', 'process.env.PORT;', 'only config.ts reads the environment'],
  ['server/src/app.ts', "process['env'].PORT;", 'only config.ts reads the environment'],
  ['server/src/app.ts', 'const { env } = process;', 'only config.ts reads the environment'],
  [
    'cli/src/output.ts',
    "import { env } from 'node:process';",
    'only config.ts reads the environment',
  ],
  ['server/src/app.ts', 'process.exit(1);', 'only main.ts exits or installs signal handlers'],
  [
    'cli/src/output.ts',
    "process.on('SIGINT', stop);",
    'only main.ts exits or installs signal handlers',
  ],
  [
    'server/src/app.ts',
    "import { evaluate } from '../../core/src/evaluate.ts';",
    'imports between packages use the package name',
  ],
  [
    'server/src/app.ts',
    "import { evaluate } from '@featureflags/core/src/evaluate.ts';",
    'imports between packages use the package name',
  ],
  ['server/src/app.ts', "import { main } from 'ffctl';", 'imports point towards core'],
  [
    'e2e/src/a.ts',
    "import { poll } from 'featureflags-client/src/poll.ts';",
    'imports between packages use the package name',
  ],
  [
    'cli/src/commands/serve.ts',
    "await import('featureflags');",
    'in cli, only local.ts imports the server, and lazily',
  ],
  [
    'cli/src/local.ts',
    "import { start } from 'featureflags';",
    'in cli, only local.ts imports the server, and lazily',
  ],
];

describe('a broken rule is found', () => {
  test.each(oneFile)('%s: %s', (path, source, rule) => {
    expect(broken({ [path]: `\n${source}` })).toEqual([`${path}:2 ${rule}`]);
  });
});

const allowed: [path: string, source: string][] = [
  ['core/src/a.ts', "import { b } from './b.ts';"],
  ['core/src/a.ts', 'export const a = new Date(0).getTime() + Date.UTC(2026);'],
  ['core/src/a.test.ts', "import { test } from 'vitest'; test('a', async () => {});"],
  ['server/src/app.ts', "import { evaluate } from '@featureflags/core';"],
  ['server/src/app.ts', "import type { Store } from './stores/store.ts';"],
  ['server/src/main.ts', "import { sqlite } from './stores/sqlite.ts'; process.exitCode = 1;"],
  ['server/src/config.ts', 'export const config = read(process.env);'],
  ['server/src/listen.ts', "await import('@hono/node-server'); globalThis.Bun.serve({});"],
  [
    'server/src/stores/sqlite.ts',
    "import 'node:sqlite'; import './store.ts'; import './sqlite-rows.ts'; import '../errors.ts';",
  ],
  ['server/src/api/flags.test.ts', "import { memory } from '../stores/memory.ts';"],
  ['cli/src/local.ts', "import type { Server } from 'featureflags'; import('featureflags');"],
  ['e2e/src/b.test.ts', "import 'featureflags-client'; import 'featureflags-client/openfeature';"],
  ['e2e/src/a.test.ts', "import 'featureflags'; import 'ffctl'; process.env.PATH;"],
];

test.each(allowed)('%s may: %s', (path, source) => {
  expect(broken({ [path]: source })).toEqual([]);
});

describe('import cycles', () => {
  test('a cycle is found through type imports and told once, with its way', () => {
    const findings = checkBoundaries(
      new Map([
        ['core/src/a.ts', "import { b } from './b.ts';"],
        ['core/src/b.ts', "\nimport type { C } from './c.ts';"],
        ['core/src/c.ts', "export * from './a.ts';"],
        ['core/src/d.ts', "import { a } from './a.ts';"],
      ]),
      rooms,
    );
    expect(findings).toEqual([
      {
        path: 'core/src/a.ts',
        line: 1,
        rule: 'no import cycle, type imports included',
        got: 'core/src/a.ts → core/src/b.ts → core/src/c.ts → core/src/a.ts',
        todo: 'move what both sides need into a file of its own',
      },
    ]);
  });

  test('two ways to one file are no cycle', () => {
    const sources = {
      'core/src/a.ts': "import './b.ts'; import './c.ts';",
      'core/src/b.ts': "import './d.ts';",
      'core/src/c.ts': "import './d.ts';",
      'core/src/d.ts': '',
    };
    expect(broken(sources)).toEqual([]);
  });
});

test('a source that does not parse is an error, not a file without imports', () => {
  expect(() => broken({ 'core/src/a.ts': 'import {' })).toThrow('core/src/a.ts does not parse');
});
