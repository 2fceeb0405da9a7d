import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';

import { FeatureClient, RemoteClient } from './index.ts';
import type { Options } from './options.ts';
import { keeping, snapshotEvent, snapshotOf } from './platform.fixture.ts';
import { change, newFolder, startServer, until } from './server.fixture.ts';

const servers = new Set<HttpServer>();
const clients = new Set<FeatureClient>();

afterEach(async () => {
  await Promise.all([...clients].map(async (client) => client.close()));
  clients.clear();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers.clear();
});

/** A server that does what a test wants, on a real port. */
async function faulty(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.add(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function clientOf(url: string, options: Options = {}): { client: FeatureClient; lines: string[] } {
  const { lines, ...logger } = keeping();
  const client = new FeatureClient(url, { logger, cache: false, ...options });
  clients.add(client);
  return { client, lines };
}

describe('the real server', () => {
  test.each(['streaming', 'polling'] as const)(
    '%s: a change arrives, an environment, a restart with the copy on disk',
    async (mode) => {
      const { url, stop } = await startServer();
      const cache = newFolder();
      await change(url, '/flags/banner', { enabled: false, metadata: { n: 1 } });
      const options = { mode, ttl: 100, cache, environment: 'production' } as const;
      const { client, lines } = clientOf(url, options);
      expect(await client.waitUntilReady(20_000)).toBe(true);
      expect(client.details('banner', true)).toMatchObject({
        value: false,
        reason: 'DISABLED',
        metadata: { n: 1 },
      });
      const told: string[] = [];
      client.onChange(({ flags }) => told.push(...flags));
      await change(url, '/flags/banner', { enabled: true });
      await until(() => client.isEnabled('banner', 'u1'), 'the change');
      expect(told).toEqual(['banner']);
      await change(url, '/flags/other', { enabled: true });
      await until(() => client.isEnabled('other', 'u1'), 'the new flag');
      const { age = Infinity } = client.status();
      expect(age).toBeLessThan(20_000);
      await stop();
      expect(client.isEnabled('banner')).toBe(true);
      await until(() => lines.length > 0, 'that the server is gone');
      await client.close();
      const { client: again } = clientOf(url, options);
      expect(again.status()).toMatchObject({ state: 'ready', source: 'disk' });
      expect(again.isEnabled('other')).toBe(true);
    },
  );

  test('an environment that there is not', async () => {
    const { url, stop } = await startServer();
    const { client, lines } = clientOf(url, { environment: 'nowhere' });
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toMatch(/nowhere/);
    expect(client.boolean('a', true)).toBe(true);
    await stop();
  });
});

describe('faults on a real wire', () => {
  const good = snapshotOf(1, { a: true });

  test('DNS fails', async () => {
    const { client, lines } = clientOf('http://no-such-host.invalid');
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(client.boolean('a', true)).toBe(true);
    const remote = new RemoteClient('http://no-such-host.invalid', {
      logger: keeping(),
      timeout: 20_000,
    });
    expect(await remote.boolean('a', true)).toBe(true);
  });

  test('nobody listens', async () => {
    const url = await faulty(() => undefined);
    for (const server of servers) server.close();
    const { lines } = clientOf(url, { mode: 'polling' });
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toContain('ECONNREFUSED');
  });

  test('cut in the middle of an answer, then whole, byte by byte', async () => {
    let count = 0;
    const text = JSON.stringify(good);
    const url = await faulty((_, response) => {
      count += 1;
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': text.length,
      });
      if (count === 1) response.write(text.slice(0, 50), () => response.destroy());
      else void drip(text, (piece) => response.write(piece)).then(() => response.end());
    });
    const { client, lines } = clientOf(url, { mode: 'polling' });
    expect(await client.waitUntilReady(30_000)).toBe(true);
    expect(client.isEnabled('a')).toBe(true);
    expect(lines[0]).toContain('Meanwhile the defaults serve');
  });

  test('a stream byte by byte, that is killed and comes again', async () => {
    let count = 0;
    const url = await faulty((_, response) => {
      count += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const text = snapshotEvent(snapshotOf(count, { a: true }));
      void drip(text, (piece) => response.write(piece)).then(() => {
        if (count === 1) response.destroy();
      });
    });
    const { client } = clientOf(url);
    await until(() => client.status().version === 2, 'the second stream');
    expect(client.isEnabled('a')).toBe(true);
  });

  test('slow bytes: an answer that does not come to its end is given up', async () => {
    const url = await faulty((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"schema":1');
    });
    const { lines } = clientOf(url, { mode: 'polling', timeout: 50 });
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toContain('no answer within 50 ms');
  });

  test('an answer that never ends is given up before it fills the memory', async () => {
    const mega = Buffer.alloc(1024 * 1024, 32);
    const url = await faulty((_, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(mega, more);
      };
      more();
    });
    const { lines } = clientOf(url, { mode: 'polling', timeout: 50_000 });
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toContain('an answer of more than 67108864 bytes');
  });

  test('the token goes to no other origin', async () => {
    let seen = 0;
    const other = await faulty((_, response) => {
      seen += 1;
      response.end(JSON.stringify(good));
    });
    const url = await faulty((_, response) => {
      response.writeHead(302, { location: other }).end();
    });
    const { lines } = clientOf(url, { token: 'secret', mode: 'polling' });
    await until(() => lines.length > 0, 'that it is told');
    expect(lines[0]).toContain(`redirects to ${other}`);
    expect([seen, lines[0]?.includes('secret')]).toEqual([0, false]);
  });
});

async function drip(text: string, write: (piece: string) => void): Promise<void> {
  for (const character of text) {
    write(character);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('a process', () => {
  const INDEX = new URL('./index.ts', import.meta.url).href;

  test('is not kept alive by a client, and stays while somebody waits', async () => {
    const url = await faulty((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      setTimeout(() => response.write(snapshotEvent(snapshotOf(1, { a: true }))), 50);
    });
    const code = `
      import { FeatureClient } from ${JSON.stringify(INDEX)};
      const client = new FeatureClient(${JSON.stringify(url)}, { cache: false });
      console.log(await client.ready(), client.isEnabled('a'));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', code],
      { timeout: 20_000 },
    );
    expect(stdout).toBe('true true\n');
  });
});
