import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { openFiles, type Files } from './files.ts';
import { FeatureClient } from './index.ts';
import { documentOfYaml } from './offline.ts';
import type { Options } from './options.ts';
import { fakePlatform, json, keeping, snapshotOf, using } from './platform.fixture.ts';
import { newFolder } from './server.fixture.ts';

interface Case {
  readonly id: string;
  readonly why: string;
  readonly yaml: string;
  readonly environment: string;
  readonly expect: { readonly snapshot?: unknown; readonly refused?: true };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../spec/projects.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
const FILES = openFiles() as Files;

const REFUSED = { refused: true };

function outcomeOf(read: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(read()));
  } catch {
    return REFUSED;
  }
}

describe('spec/projects.json', () => {
  test.each(cases)('$id: $why', ({ yaml, environment, expect: { snapshot, refused } }) => {
    const read = (): unknown => documentOfYaml(yaml, environment, FILES);
    expect(outcomeOf(read)).toEqual(refused === true ? REFUSED : snapshot);
  });
});

function file(name: string, text: string): string {
  const path = join(newFolder(), name);
  writeFileSync(path, text);
  return path;
}

function start(options: Options): { client: FeatureClient; lines: string[] } {
  const { lines, ...logger } = keeping();
  return { lines, client: new FeatureClient({ logger, ...options }) };
}

const TWO =
  'environments: [staging, test]\nflags:\n  a:\n    environments:\n      staging: {enabled: true}\n';

describe('offline', () => {
  test('from a flags file: no network, no age, no disk', async () => {
    const offline = file(
      'flags.yml',
      'flags:\n  a: {enabled: true}\n  b: {variants: {x: 1, y: 2}, off: x, default: y}\n',
    );
    const { client, lines } = start({ offline });
    expect(client.status()).toEqual({
      state: 'ready',
      version: 0,
      source: 'file',
      droppedEvents: 0,
    });
    expect([client.isEnabled('a'), client.number('b', 0)]).toEqual([true, 1]);
    expect(client.details('a', false).age).toBe(undefined);
    expect(lines).toEqual([]);
    await client.close();
  });

  test('a url beside it is not asked', async () => {
    const platform = fakePlatform({ handler: () => json({}) });
    const client = new FeatureClient(
      'http://flags.test',
      using(platform, { offline: snapshotOf(1, { a: true }) as never, maxAge: 1 }),
    );
    await platform.pass(60_000);
    expect([platform.requests, client.status().state]).toEqual([[], 'ready']);
  });

  test('the environment: the one that is named, production, or the only one', () => {
    expect(
      start({ offline: file('f.yaml', TWO), environment: 'staging' }).client.isEnabled('a'),
    ).toBe(true);
    expect(start({ offline: file('f.yaml', TWO), environment: 'test' }).client.isEnabled('a')).toBe(
      false,
    );
    const { lines } = start({ offline: file('f.yaml', TWO) });
    expect(lines).toEqual([
      expect.stringContaining('Set the option environment to one of staging, test'),
    ]);
    expect(start({ offline: file('f.yaml', TWO), environment: 'x' }).lines[0]).toContain(
      'no environment x, but staging, test',
    );
    expect(
      start({ offline: file('f.yaml', TWO.replace(', test', '')) }).client.isEnabled('a'),
    ).toBe(true);
  });

  test('from a file with a snapshot; one of another environment is used and told', () => {
    const offline = file('s.json', JSON.stringify(snapshotOf(4, { a: true })));
    expect(start({ offline }).client.status()).toMatchObject({ state: 'ready', version: 4 });
    const { client, lines } = start({ offline, environment: 'production' });
    expect(client.isEnabled('a')).toBe(true);
    expect(lines).toEqual([
      expect.stringContaining('of the environment staging, not of production'),
    ]);
  });

  test.each([
    ['nothing.json', undefined, 'ENOENT'],
    ['s.json', '{"schema":1', 'it is no JSON'],
    ['s.json', '{"schema":2}', 'schema'],
    ['flags.yml', 'flags: [', 'line 1'],
    ['flags.yml', 'flags: {a: {enabled: maybe}}', '/flags/a'],
    ['flags.yml', 'flags: {a: !x {}}', 'Unresolved tag'],
  ])('%s that cannot be used (%j) is told once', (name, text, message) => {
    const offline = text === undefined ? '/nowhere/nothing.json' : file(name, text);
    const { client, lines } = start({ offline });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(message);
    expect([client.boolean('a', true), client.status().state]).toEqual([true, 'starting']);
  });

  test('a path where there are no files; a flags file without the package yaml', () => {
    const { lines, ...logger } = keeping();
    const blind = new FeatureClient(
      using(fakePlatform({ handler: () => json({}) }), { offline: 'flags.yml', logger }),
    );
    const load = (): never => {
      throw new Error("Cannot find module 'yaml'");
    };
    const files = { ...FILES, load };
    const poor = new FeatureClient(
      using(fakePlatform({ handler: () => json({}) }, { files }), {
        offline: file('flags.yml', TWO),
        logger,
      }),
    );
    expect([blind.isEnabled('a'), poor.isEnabled('a')]).toEqual([false, false]);
    expect(lines).toEqual([
      expect.stringContaining('this runtime has no files'),
      expect.stringContaining('npm install yaml'),
    ]);
  });

  test('a bootstrap serves until there is a better one; a broken one is told', () => {
    const bootstrap = file('s.json', JSON.stringify(snapshotOf(4, { a: true })));
    expect(start({ bootstrap }).client.status()).toMatchObject({ source: 'bootstrap', version: 4 });
    expect(start({ bootstrap: {} }).lines).toEqual([
      expect.stringContaining('the snapshot of the option bootstrap is not used'),
    ]);
  });
});
