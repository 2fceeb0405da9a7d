import { describe, expect, test } from 'vitest';

import { FeatureClient } from './index.ts';
import { readOptions, RULES, USUAL } from './options.ts';
import { fakePlatform, json, keeping, snapshotOf, using } from './platform.fixture.ts';

function read(options: unknown): { mistakes: string[]; settings: ReturnType<typeof readOptions> } {
  const mistakes: string[] = [];
  return { settings: readOptions(options, mistakes), mistakes };
}

test('the usual ones', () => {
  expect(read({})).toEqual({ settings: USUAL, mistakes: [] });
  expect(read({ ttl: undefined, url: undefined }).settings).toEqual(USUAL);
  expect(Object.keys(USUAL).toSorted()).toEqual(Object.keys(RULES).toSorted());
});

test.each([
  ['http://localhost:8080/', 'http://localhost:8080'],
  ['https://host/flags//', 'https://host/flags'],
  [new URL('http://[::1]:1/a'), 'http://[::1]:1/a'],
])('the address %s', (url, base) => {
  expect(read({ url })).toMatchObject({ settings: { url: base }, mistakes: [] });
});

describe('what is wrong is told, and the usual is used', () => {
  test.each([
    ['url', 'localhost:8080', 'must be an http or https address'],
    ['url', 'ftp://host', 'got "ftp://host"'],
    ['url', 'http://u:p@host', 'without user, query and fragment'],
    ['url', 'http://host?x=1', 'without user'],
    ['url', 'http://', 'must be'],
    ['token', 'a b', 'visible ASCII'],
    ['token', 'a\nb', 'got another'],
    ['environment', '', 'not empty'],
    ['mode', 'push', '"streaming" or "polling", got "push": "streaming" is used'],
    ['ttl', 99, 'from 100 up, got 99: 30000 is used'],
    ['ttl', -1, 'from 100 up'],
    ['ttl', '500', 'from 100 up'],
    ['maxAge', -5, 'from 0 up'],
    ['maxAge', Number.NaN, 'got NaN'],
    ['stalePolicy', 'fail', '"serve" or "mark" or "default"'],
    ['timeout', 0, 'from 1 up'],
    ['timeout', Infinity, 'got Infinity'],
    ['cache', true, 'a folder or false'],
    ['bootstrap', 5, 'a snapshot or the path'],
    ['offline', [], 'got a list'],
    ['allowOverrides', 'yes', 'true or false'],
    ['events', 1, 'true or false'],
    ['logger', {}, 'warn and error'],
    ['logger', () => 1, 'got a function'],
  ])('%s: %j', (name, value, message) => {
    const { settings, mistakes } = read({ [name]: value });
    expect(settings).toEqual(USUAL);
    expect(mistakes).toEqual([expect.stringContaining(`the option ${name} must be`)]);
    expect(mistakes[0]).toContain(message);
  });

  test.each([[undefined], [null], [5], ['x'], [[]]])('options that are %j', (options) => {
    expect(read(options)).toEqual({
      settings: USUAL,
      mistakes: [expect.stringContaining('the options must be an object')],
    });
  });

  test('an option that there is not', () => {
    const { mistakes } = read({ tokens: 'x', constructor: 1 });
    expect(mistakes).toHaveLength(2);
    expect(mistakes[0]).toContain('there is no option "tokens"; there are url, token,');
  });
});

describe('a client with wrong options', () => {
  test('says so once and serves the defaults', async () => {
    const { lines, ...logger } = keeping();
    const client = new FeatureClient('nonsense', { logger, ttls: 5 } as never);
    expect(lines).toHaveLength(2);
    expect(client.boolean('a', true)).toBe(true);
    expect(client.status()).toMatchObject({
      state: 'starting',
      source: 'none',
      error: expect.stringContaining('url'),
    });
    await client.close();
  });

  test('none at all', () => {
    const { lines, ...logger } = keeping();
    const client = new FeatureClient({ logger });
    expect(client.isEnabled('a')).toBe(false);
    expect(lines).toEqual([expect.stringContaining('there is no url')]);
  });

  test('events without a server, a cache without files', async () => {
    const { lines, ...logger } = keeping();
    const alone = new FeatureClient({ logger, events: true, offline: snapshotOf(1, {}) as never });
    alone.track('x');
    expect(lines).toEqual([expect.stringContaining('events has no effect')]);
    const platform = fakePlatform({ handler: () => json(snapshotOf(1, {})) });
    const client = new FeatureClient(
      'http://flags.test',
      using(platform, { logger, cache: '/somewhere' }),
    );
    expect(lines[1]).toContain('the option cache has no effect: this runtime has no files');
    await client.close();
  });
});
