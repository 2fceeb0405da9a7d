import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { openFiles } from './files.ts';
import { FeatureClient } from './index.ts';
import type { Options } from './options.ts';
import { fakePlatform, json, keeping, snapshotOf, using } from './platform.fixture.ts';
import { newFolder } from './server.fixture.ts';
import { testClient } from './testing.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function offline(
  environment: string,
  options: Options = {},
): { client: FeatureClient; lines: string[] } {
  const { lines, ...logger } = keeping();
  const document = snapshotOf(1, { a: false, b: false }, environment);
  return { lines, client: new FeatureClient({ offline: document as never, logger, ...options }) };
}

describe('FF_OVERRIDES', () => {
  test('is obeyed outside of production, and that is told', () => {
    vi.stubEnv('FF_OVERRIDES', '{"a":true,"c":"x"}');
    const { client, lines } = offline('staging');
    expect([client.isEnabled('a'), client.isEnabled('b'), client.string('c', '')]).toEqual([
      true,
      false,
      'x',
    ]);
    expect(lines).toEqual(['FeatureFlags: FF_OVERRIDES is obeyed in staging: a, c.']);
    vi.stubEnv('FF_OVERRIDES', '{}');
    expect(client.isEnabled('a')).toBe(true);
    expect(offline('staging').client.isEnabled('a')).toBe(false);
  });

  test('is not obeyed in production, and that is told; unless it is allowed', () => {
    vi.stubEnv('FF_OVERRIDES', '{"a":true}');
    const { client, lines } = offline('production');
    expect(client.isEnabled('a')).toBe(false);
    expect(lines).toEqual([
      expect.stringContaining(
        'not obeyed in production. Unset it, or set the option allowOverrides',
      ),
    ]);
    expect(offline('production', { allowOverrides: true }).client.isEnabled('a')).toBe(true);
  });

  test('may be the path of a file', () => {
    const path = join(newFolder(), 'o.json');
    writeFileSync(path, '{"a":true}');
    vi.stubEnv('FF_OVERRIDES', path);
    expect(offline('staging').client.isEnabled('a')).toBe(true);
  });

  test.each([
    ['/nowhere/o.json', 'ENOENT'],
    ['{"a":', 'no JSON object'],
    ['{a}', 'no JSON object'],
  ])('%s is told and not obeyed', (text, message) => {
    vi.stubEnv('FF_OVERRIDES', text);
    const { client, lines } = offline('staging');
    expect(client.isEnabled('a')).toBe(false);
    expect(lines).toEqual([
      expect.stringContaining('FF_OVERRIDES cannot be read and is not obeyed'),
    ]);
    expect(lines[0]).toContain(message);
  });

  test('a path where there are no files', () => {
    vi.stubEnv('FF_OVERRIDES', '/etc/o.json');
    const { lines, ...logger } = keeping();
    const client = new FeatureClient(
      using(fakePlatform({ handler: () => json({}) }), {
        logger,
        offline: snapshotOf(1, {}) as never,
      }),
    );
    expect(client.isEnabled('a')).toBe(false);
    expect(lines[0]).toContain('this runtime has no files');
  });

  test('without a snapshot the option decides, and none means production; a snapshot decides anew', async () => {
    vi.stubEnv('FF_OVERRIDES', '{"a":true}');
    const platform = fakePlatform(
      { handler: () => json(snapshotOf(1, { a: false }, 'staging')) },
      { files: openFiles() },
    );
    const make = (options: Options): FeatureClient =>
      new FeatureClient(
        'http://flags.test',
        using(platform, { mode: 'polling', logger: keeping(), ...options }),
      );
    const [none, named] = [make({}), make({ environment: 'staging' })];
    expect([none.isEnabled('a'), named.isEnabled('a')]).toEqual([false, true]);
    await platform.pass(0);
    expect(none.isEnabled('a')).toBe(true);
    await Promise.all([none.close(), named.close()]);
  });

  test('testClient does not look at it', () => {
    vi.stubEnv('FF_OVERRIDES', '{"a":true}');
    expect(testClient({ b: true }).isEnabled('a')).toBe(false);
  });
});
