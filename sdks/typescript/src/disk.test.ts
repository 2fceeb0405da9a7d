import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { openFiles, type Files } from './files.ts';
import { FeatureClient } from './index.ts';
import type { Options } from './options.ts';
import {
  fakePlatform,
  json,
  keeping,
  snapshotOf,
  START,
  stateOf,
  using,
  type FakePlatform,
  type Handler,
} from './platform.fixture.ts';
import { newFolder, until } from './server.fixture.ts';

const V1 = snapshotOf(1, { a: true });
const V2 = snapshotOf(2, { a: false });
const FILES = openFiles() as Files;
const down: Handler = () => {
  throw new TypeError('fetch failed');
};

interface Started {
  readonly client: FeatureClient;
  readonly platform: FakePlatform;
  readonly network: { handler: Handler };
  readonly lines: readonly string[];
  readonly path: string;
}

function start(
  cache: string,
  handler: Handler,
  options: Options = {},
  files: Files = FILES,
): Started {
  const network = { handler };
  const platform = fakePlatform(network, { files });
  const { lines, ...logger } = keeping();
  const all = {
    logger,
    cache,
    mode: 'polling',
    ttl: 1000,
    token: 't',
    environment: 'staging',
    ...options,
  } as const;
  const client = new FeatureClient('http://flags.test/', using(platform, all));
  const sum = createHash('sha256').update('http://flags.test\nstaging\nt').digest('hex');
  return { client, platform, network, lines, path: join(cache, `${sum.slice(0, 32)}.snapshot`) };
}

function copyOf(
  document: object,
  { etag = null, format = 1 }: { etag?: string | null; format?: number } = {},
): string {
  const body = JSON.stringify(document);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${JSON.stringify({ format, sha256, etag })}\n${body}`;
}

describe('the copy', () => {
  test('is written after the first snapshot, for its owner alone, and nothing is left beside it', async () => {
    const folder = join(newFolder(), 'deep', 'er');
    const { client, platform, path } = start(folder, () => json(V1, { etag: '"x"' }));
    await platform.pass(0);
    await until(() => existsSync(path), 'the copy');
    expect(readFileSync(path, 'utf8')).toBe(copyOf(V1, { etag: '"x"' }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toHaveLength(1);
    await client.close();
  });

  test('serves before the network, which is asked with its tag', async () => {
    const folder = newFolder();
    const { path, client: first } = start(folder, down);
    await first.close();
    writeFileSync(path, copyOf(V2, { etag: '"v2"' }));
    utimesSync(path, new Date(START - 5000), new Date(START - 5000));
    const { client, platform, network } = start(folder, down, { bootstrap: V1 as never });
    expect(stateOf(client)).toBe('ready 2 disk');
    expect(client.details('a', true)).toMatchObject({ value: false, age: 5000 });
    await platform.pass(5000);
    expect(stateOf(client)).toBe('ready 2 disk');
    expect(platform.requests[0]?.headers.get('if-none-match')).toBe('"v2"');
    network.handler = () => new Response(null, { status: 304 });
    await platform.pass(30_000);
    expect(client.details('a', true).age).toBeLessThanOrEqual(1000);
    network.handler = () => json(V1);
    await platform.pass(1000);
    expect(stateOf(client)).toBe('ready 1 network');
    await client.close();
    expect(readFileSync(path, 'utf8')).toBe(copyOf(V1));
  });

  test('is no reason to resume: its version may be of other data', async () => {
    const folder = newFolder();
    const { path, client: first } = start(folder, down);
    await first.close();
    writeFileSync(path, copyOf(V2));
    const { client, platform } = start(folder, down, { mode: 'streaming' });
    await platform.pass(0);
    expect(stateOf(client)).toBe('ready 2 disk');
    expect(platform.requests[0]?.headers.get('last-event-id')).toBe(null);
    await client.close();
  });

  test('is written at most once a second, the last one counts', async () => {
    const written: string[] = [];
    let version = 0;
    const files = {
      ...FILES,
      replace: async (_: string, content: Uint8Array) =>
        void written.push(/"version":\d+/.exec(new TextDecoder().decode(content))?.[0] ?? ''),
    };
    const answer: Handler = () => json(snapshotOf((version += 1), {}));
    const { client, platform } = start(newFolder(), answer, { ttl: 100 }, files);
    await platform.pass(2950);
    expect(written).toEqual(['"version":1', '"version":10', '"version":20']);
    await client.close();
    expect(written[3]).toBe('"version":30');
  });

  test('while nothing changes it is touched once a minute', async () => {
    const touched: number[] = [];
    const files = {
      ...FILES,
      replace: async () => undefined,
      touch: async (_: string, time: number) => void touched.push(time - START),
    };
    const network = { count: 0 };
    const { client, platform } = start(
      newFolder(),
      () =>
        (network.count += 1) === 1
          ? json(V1, { etag: '"1"' })
          : new Response(null, { status: 304 }),
      {},
      files,
    );
    await platform.pass(150_000);
    expect(touched).toEqual([60_000, 120_000]);
    await client.close();
  });
});

describe('a copy that cannot be used is told, not used, and replaced', () => {
  const good = copyOf(V1);
  test.each([
    ['cut', good.slice(0, -5), 'its checksum is wrong'],
    ['changed', good.replace('"version":1', '"version":9'), 'its checksum is wrong'],
    ['empty', '', 'expected format 1'],
    ['rubbish', '\0\u0001\u0002'.repeat(5000), 'expected format 1'],
    ['of another format', copyOf(V1, { format: 2 }), 'expected format 1'],
    ['with a header that is a list', `[]\n${JSON.stringify(V1)}`, 'expected format 1'],
    ['refused by the parser', copyOf({ ...V1, flags: { a: {} } }), '/flags/a/type'],
    [
      'no JSON',
      copyOf(V1)
        .replace(
          /[^\n]*\n/,
          () =>
            `${JSON.stringify({ format: 1, sha256: createHash('sha256').update('{').digest('hex') })}\n`,
        )
        .replace(/\n.*/s, '\n{'),
      'expected an object',
    ],
  ])('%s', async (_, text, message) => {
    const folder = newFolder();
    const { path, client: first } = start(folder, down);
    await first.close();
    writeFileSync(path, text);
    const { client, platform, network, lines } = start(folder, down);
    expect(client.status().state).toBe('starting');
    expect(lines).toEqual([expect.stringContaining('the copy on disk cannot be used')]);
    expect(lines[0]).toContain(message);
    network.handler = () => json(V2);
    await platform.pass(1000);
    await client.close();
    expect(readFileSync(path, 'utf8')).toBe(copyOf(V2));
    expect(lines.some((line) => line.includes('the copy on disk works again'))).toBe(true);
  });

  test('a folder in its place', async () => {
    const folder = newFolder();
    const { path, client: first } = start(folder, down);
    await first.close();
    mkdirSync(path);
    const { client, lines, platform } = start(folder, () => json(V1));
    expect(lines).toEqual([expect.stringContaining('is no file')]);
    await platform.pass(0);
    expect(client.isEnabled('a')).toBe(true);
    await client.close();
  });
});

describe('a disk that does not take it is told once, and changes nothing else', () => {
  test('full, and with room again', async () => {
    let isFull = true;
    let version = 0;
    const files = {
      ...FILES,
      replace: async (...words: Parameters<Files['replace']>) => {
        if (isFull)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
          });
        return FILES.replace(...words);
      },
    };
    const { client, platform, path, lines } = start(
      newFolder(),
      () => json(snapshotOf((version += 1), { a: true })),
      {},
      files,
    );
    await platform.pass(10_000);
    expect(client.isEnabled('a')).toBe(true);
    expect(lines).toEqual([
      expect.stringMatching(/cannot be written: ENOSPC.*Give the option cache a folder/),
    ]);
    isFull = false;
    await platform.pass(2000);
    await client.close();
    expect(existsSync(path)).toBe(true);
    expect(lines).toHaveLength(2);
  });

  test('really full: /dev/full in the place of the new file', async () => {
    const folder = newFolder();
    const { client: first, path } = start(folder, down);
    await first.close();
    // What is written beside the copy goes to a device without room.
    const files = {
      ...FILES,
      replace: async (_: string, content: Uint8Array) => {
        writeFileSync('/dev/full', content);
      },
    };
    const { client, platform, lines } = start(folder, () => json(V1), {}, files);
    await platform.pass(0);
    expect(client.isEnabled('a')).toBe(true);
    await client.close();
    expect(lines).toEqual([expect.stringContaining('ENOSPC')]);
    expect(existsSync(path)).toBe(false);
  });

  test('a file where the folder should be', async () => {
    const place = join(newFolder(), 'file');
    writeFileSync(place, '');
    const { client, platform, lines } = start(join(place, 'sub'), () => json(V1));
    await platform.pass(0);
    await client.close();
    expect(client.isEnabled('a')).toBe(true);
    expect(lines).toEqual([expect.stringContaining('ENOTDIR')]);
  });

  test('a folder that cannot be made, where Node tries for ever to', async () => {
    const { client, platform, lines } = start('/proc/nope/sub', () => json(V1));
    await platform.pass(0);
    await client.close();
    expect(client.isEnabled('a')).toBe(true);
    expect(lines).toEqual([expect.stringContaining('ENOENT')]);
  });

  test('a folder is made with those above it', async () => {
    const { client, platform, path } = start(join(newFolder(), 'a', 'b', 'c'), () => json(V1));
    await platform.pass(0);
    await client.close();
    expect(existsSync(path)).toBe(true);
  });

  test('a write that fails half way leaves nothing behind', async () => {
    const folder = newFolder();
    const target = join(folder, 'x.snapshot');
    mkdirSync(join(target, 'not-empty'), { recursive: true });
    await expect(FILES.replace(target, new Uint8Array(5), 'mark')).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST/,
    );
    expect(readdirSync(folder)).toEqual(['x.snapshot']);
    symlinkSync('/etc/hosts', join(folder, 'y.snapshot.mark'));
    await expect(
      FILES.replace(join(folder, 'y.snapshot'), new Uint8Array(5), 'mark'),
    ).rejects.toThrow('EEXIST');
    expect(readFileSync('/etc/hosts').length).toBeGreaterThan(5);
    chmodSync(folder, 0o700);
  });
});
