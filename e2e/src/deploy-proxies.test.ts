import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';

import { FeatureClient } from 'featureflags-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call as callAnybody, ok as okAnybody, type Answer } from './api.ts';
import { makeCertificate, trust, type Certificate } from './certificate.ts';
import { edited, example, examplePath } from './deploy/example.ts';
import { installedProxies, startProxy, type Proxy, type ProxyName } from './deploy/proxy.ts';
import { openEvents, type Events } from './events.ts';
import { ffctl, run, type Ran } from './programs.ts';
import {
  newFolder,
  startServer,
  until,
  within,
  type Server,
  type ServerOptions,
} from './server.ts';

// The examples of reverse proxies, as they stand in deploy/ but for ports, names and certificates,
// with a real server behind them.

const PROXIES = installedProxies();
const MEBIBYTE = 2 ** 20;
const TOKEN = 'behind-a-proxy-0123456789-0123456789';
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const SILENT = { warn: () => undefined, error: () => undefined };
/** Seconds; the server's usual ones would make these tests wait. */
const HEARTBEAT = '1';

let certificate: Certificate;
beforeAll(async () => {
  if (PROXIES.length === 0) return;
  certificate = await makeCertificate();
  trust(certificate);
});

async function startFlags({ options = [], ...more }: ServerOptions = {}): Promise<Server> {
  const env = { FF_ADMIN_TOKEN: TOKEN };
  return startServer({ ...more, env, options: ['--stream-heartbeat', HEARTBEAT, ...options] });
}

/** Calls with the token, as everybody must behind a proxy. */
async function call(
  url: string,
  method?: 'GET' | 'POST',
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return callAnybody(url, method, body, { ...AUTHORIZED, ...headers });
}

/** The same; the call must succeed. */
async function ok(url: string, method?: 'GET' | 'POST', body?: unknown): Promise<Answer> {
  return okAnybody(url, method, body, AUTHORIZED);
}

async function openStream(url: string): Promise<Events> {
  return openEvents(url, AUTHORIZED);
}

/** A flag of so many MiB, as JSON. */
function large(size: number): string {
  return JSON.stringify({ description: 'x'.repeat(size * MEBIBYTE) });
}

test('nginx is told to wait for a stream for longer than the server is quiet', () => {
  const [, hours] = /proxy_read_timeout (\d+)h;/.exec(example('nginx.conf')) ?? [];
  expect(Number(hours) * 3600).toBeGreaterThanOrEqual(3600);
});

for (const name of ['nginx', 'caddy'] as const) {
  // Not a skipped test: `make test` closes with a line that says what was not tried.
  if (!PROXIES.includes(name))
    process.stderr.write(`${name} or openssl is not installed: not tried.\n`);
}

describe.each(PROXIES)('%s', (name: ProxyName) => {
  let server: Server;
  let proxy: Proxy;

  beforeAll(async () => {
    server = await startFlags();
    await ok(`${server.url}/flags/first`, 'POST', { enabled: true });
    proxy = await startProxy(name, { upstream: server.url, certificate });
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  async function switchFirst(enabled: boolean): Promise<void> {
    await ok(`${server.url}/flags/first`, 'POST', { enabled });
  }

  async function openStreams(): Promise<number> {
    const { text } = await ok(`${server.url}/metrics`);
    return Number(/^featureflags_open_streams (\d+)$/m.exec(text)?.[1]);
  }

  test('answers through TLS', async () => {
    const { body } = await ok(`${proxy.url}/evaluate?flag=first&user_id=1`);
    expect(body).toMatchObject({ flag: 'first', value: true });
    const { status } = await call(`${proxy.url}/evaluate?flag=gone`);
    expect(status).toBe(404);
  });

  test('lets the server ask for the token, and say that it lives without', async () => {
    const { status, headers } = await callAnybody(`${proxy.url}/evaluate?flag=first`);
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer /),
    ]);
    expect((await callAnybody(`${proxy.url}/ready`)).status).toBe(200);
  });

  test('keeps the name that the client asked for: a page of the same site may write', async () => {
    const page = { origin: proxy.url };
    const written = await call(`${proxy.url}/flags/page`, 'POST', {}, page);
    expect(written.status).toBe(201);
    const foreign = { origin: 'https://example.com' };
    const { body } = await call(`${proxy.url}/flags/page`, 'POST', {}, foreign);
    expect(body['code']).toBe('FORBIDDEN_ORIGIN');
  });

  test('passes on each event of a stream at once', async () => {
    const stream = await openStream(`${proxy.url}/stream`);
    expect(await stream.next()).toMatchObject({ event: 'snapshot' });
    for (const enabled of [false, true]) {
      await switchFirst(enabled);
      expect(await stream.next()).toMatchObject({
        event: 'change',
        data: { flags: { first: { enabled } } },
      });
    }
    stream.close();
  });

  test('passes on each event of the OFREP stream at once', async () => {
    const stream = await openStream(`${proxy.url}/ofrep/v1/stream`);
    expect(await stream.next('comment')).toEqual({ comment: 'open' });
    await switchFirst(false);
    expect(await stream.next()).toMatchObject({ data: { type: 'refetchEvaluation' } });
    await switchFirst(true);
    stream.close();
  });

  test('speaks HTTP/2, as browsers do, also on a stream', async () => {
    const session = connect(proxy.url, { ca: readFileSync(certificate.certificate) });
    const stream = session.request({ ':path': '/stream', ...AUTHORIZED });
    let text = '';
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    const came = (words: RegExp): (() => true | undefined) => {
      return () => (words.test(text) ? true : undefined);
    };
    await until(came(/^event: snapshot$/m), 'the snapshot by HTTP/2');
    await ok(`${server.url}/flags/second`, 'POST', { enabled: true });
    expect(await until(came(/^event: change$/m), 'the change by HTTP/2')).toBe(true);
    stream.close();
    await new Promise<void>((tell) => {
      session.close(tell);
    });
  });

  test('lets a stream go when its client has gone', async () => {
    const stream = await openStream(`${proxy.url}/stream`);
    await stream.next();
    expect(await openStreams()).toBe(1);
    stream.close();
    await until(async () => ((await openStreams()) === 0 ? true : undefined), 'no open stream');
  });

  test('ffctl works through it', async () => {
    const env = {
      FF_SERVER: proxy.url,
      FF_TOKEN: TOKEN,
      NODE_EXTRA_CA_CERTS: certificate.certificate,
    };
    expect(await ffctl(['create', 'typed'], env)).toMatchObject({ code: 0, err: '' });
    expect((await ok(`${server.url}/flags/typed`)).status).toBe(200);
  });

  test.each(['with its length', 'in pieces'])(
    'a body that is too large, sent %s: the server says so in words',
    async (how) => {
      const text = large(1.5);
      const body = how === 'in pieces' ? new Blob([text]).stream() : text;
      const headers = { ...AUTHORIZED, 'content-type': 'application/json' };
      const request: RequestInit = { method: 'POST', headers, body, duplex: 'half' };
      const answer = await fetch(`${proxy.url}/flags/large`, request);
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
    },
  );

  test('without the server it says 502 and clients go on; they follow again when it is back', async () => {
    const gone = await startFlags();
    await ok(`${gone.url}/flags/first`, 'POST', { enabled: true });
    const before = await startProxy(name, { upstream: gone.url, certificate });
    const client = new FeatureClient(before.url, { token: TOKEN, cache: false, logger: SILENT });
    expect(await client.waitUntilReady(10_000)).toBe(true);
    expect(client.isEnabled('first', '1')).toBe(true);

    await gone.stop();
    expect((await call(`${before.url}/evaluate?flag=first`)).status).toBe(502);
    expect(client.isEnabled('first', '1')).toBe(true);

    const { port } = new URL(gone.url);
    const back = await startFlags({ folder: gone.folder, options: ['--port', port] });
    await ok(`${back.url}/flags/first`, 'POST', { enabled: false });
    const isOff = (): true | undefined => (client.isEnabled('first', '1') ? undefined : true);
    await until(isOff, 'the change after the restart', 30_000);
    await client.close();
    await before.stop();
    await back.stop();
  });
});

describe.each(PROXIES.filter((name) => name === 'caddy'))('what %s says of its example', () => {
  const path = examplePath('Caddyfile');

  async function caddy(...words: readonly [string, ...string[]]): Promise<Ran> {
    return run(['caddy', ...words], { env: { HOME: newFolder() } });
  }

  test('it is valid as it stands', async () => {
    expect((await caddy('validate', '--adapter', 'caddyfile', '--config', path)).code).toBe(0);
    const wrong = join(newFolder(), 'Caddyfile');
    writeFileSync(wrong, edited(example('Caddyfile'), { reverse_proxy: 'reverse_prxy' }));
    const { code, err } = await caddy('validate', '--adapter', 'caddyfile', '--config', wrong);
    expect([code, err]).toEqual([1, expect.stringContaining('reverse_prxy')]);
  });

  test('it is formatted', async () => {
    expect((await caddy('fmt', path)).out).toBe(example('Caddyfile'));
  });
});

describe.each(PROXIES.filter((name) => name === 'nginx'))('what %s is told', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startFlags();
  });

  /** The usual hour is shortened, as the heartbeat is. */
  async function startWaiting(time: string): Promise<Proxy> {
    const changes = { 'proxy_read_timeout 1h;': `proxy_read_timeout ${time};` };
    return startProxy('nginx', { upstream: server.url, certificate, changes });
  }

  test('signs of life keep it open for longer than that', async () => {
    const proxy = await startWaiting('3s');
    const stream = await openStream(`${proxy.url}/stream`);
    for (let beat = 0; beat < 4; beat += 1) await stream.next('comment');
    await ok(`${server.url}/flags/late`, 'POST', { enabled: true });
    expect(await stream.next()).toMatchObject({ event: 'change' });
    stream.close();
    await proxy.stop();
  });

  test('without them it is cut off, which is what the hour is for', async () => {
    const proxy = await startWaiting('100ms');
    const stream = await openStream(`${proxy.url}/stream`);
    await within(
      stream.ended.catch(() => undefined),
      5000,
      'nginx did not cut it off',
    );
    // The server may have been about to say so when the stream began, but not twice.
    expect(stream.blocks.filter(({ comment }) => comment === 'alive').length).toBeLessThan(2);
    await proxy.stop();
  });

  test('the server answers for the public name', async () => {
    const proxy = await startWaiting('1h');
    const { status } = await call(`${proxy.url}/flags`, 'GET', undefined, {
      host: 'flags.example.com',
    });
    expect(status).toBe(200);
    await proxy.stop();
  });

  test('a body that is larger than its wall is refused by nginx, also where the server would not', async () => {
    const wide = await startFlags({ options: ['--body-limit', String(8 * MEBIBYTE)] });
    const proxy = await startProxy('nginx', { upstream: wide.url, certificate });
    const direct = await call(`${wide.url}/flags/large`, 'POST', large(3));
    expect(direct.body['code']).not.toBe('BODY_TOO_LARGE');
    const { status, body } = await call(`${proxy.url}/flags/large`, 'POST', large(3));
    expect([status, body]).toEqual([413, {}]);
    await proxy.stop();
    await wide.stop();
  });

  test('whoever comes without TLS is sent to it', async () => {
    const proxy = await startWaiting('1h');
    const answer = await fetch(`${proxy.plainUrl}/flags?q=x`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      301,
      'https://localhost/flags?q=x',
    ]);
    await proxy.stop();
  });
});
