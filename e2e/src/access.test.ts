// A server that others can reach asks for a token: it listens on all addresses, and is only ever asked
// at this machine's own.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { FeatureClient } from 'featureflags-client';
import { describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { ffctl, RUNTIMES } from './programs.ts';
import { launchServer, newFolder, startServer, until, within, type Started } from './server.ts';
import { openWire } from './wire.ts';

const EVERYWHERE = { options: ['--host', '0.0.0.0'] };
const OWN = 'the-token-that-an-operator-has-set';
const WHOLE_OR_NONE = /^(?:sha256:[\w-]{43}\n)?$/;

/** The address by which this machine alone asks. */
function near(url: string): string {
  return url.replace('0.0.0.0', '127.0.0.1');
}

/** The token in the log; undefined if none was shown. */
function shownToken(started: Started): string | undefined {
  return /"event":"first admin token","token":"(ff_admin_[\w-]{43})"/.exec(started.out())?.[1];
}

/** A server that has made a token. */
async function guarded(
  launch: (typeof RUNTIMES)[number] = 'bun',
): Promise<{ url: string; token: string; headers: Record<string, string>; server: Started }> {
  const server = await startServer({ launch, ...EVERYWHERE });
  const token = await until(() => shownToken(server), 'a token in the log');
  const headers = { authorization: `Bearer ${token}` };
  return { url: near(server.url), token, headers, server };
}

describe.each(RUNTIMES)('on %s', (launch) => {
  test('it makes a token, shows it once and asks for it', async () => {
    const { url, token, headers, server } = await guarded(launch);
    expect(server.out().split('\n')[0]).toContain('"event":"listening"');
    expect(server.out()).toContain(`FF_TOKEN=${token} ffctl list`);

    const refused = await call(`${url}/flags`);
    expect([refused.status, refused.body['code']]).toEqual([401, 'TOKEN_MISSING']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="featureflags"');
    const wrong = await call(`${url}/flags`, 'GET', undefined, { 'x-api-key': `${token}x` });
    expect([wrong.status, wrong.body['code']]).toEqual([401, 'TOKEN_INVALID']);
    await ok(`${url}/flags/f`, 'POST', { enabled: true }, headers);
    await ok(`${url}/flags`, 'GET', undefined, { 'x-api-key': token });
    await ok(`${url}/ready`);
  });

  test('a restart asks for the same token, and shows it no more', async () => {
    const server = await startServer({ launch, ...EVERYWHERE });
    const token = await until(() => shownToken(server), 'a token in the log');
    const headers = { authorization: `Bearer ${token}` };
    await ok(`${near(server.url)}/flags/f`, 'POST', {}, headers);
    const again = await server.restart();
    await ok(`${near(again.url)}/flags/f`, 'GET', undefined, headers);
    expect((await call(`${near(again.url)}/flags/f`)).status).toBe(401);
    await again.stop();
    expect(again.out() + again.err()).not.toContain('ff_admin_');

    const data = join(server.folder, 'data');
    expect(statSync(join(data, 'admin-token')).mode & 0o777).toBe(0o600);
    expect(readdirSync(data).toSorted()).toEqual(['admin-token', 'featureflags.db']);
    for (const name of readdirSync(data)) {
      expect(readFileSync(join(data, name), 'latin1')).not.toContain(token.slice(9));
    }
    // It stays the one that is asked for, also where only this machine could ask.
    const local = await startServer({ launch, folder: server.folder });
    expect((await call(`${local.url}/flags`)).status).toBe(401);
    await ok(`${local.url}/flags`, 'GET', undefined, headers);
  });

  test('on the wire: two tokens are none, and a stream is not opened', async () => {
    const { url, token } = await guarded(launch);
    const { host } = new URL(url);
    const asks: [lines: string, status: RegExp][] = [
      [`GET /flags HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n`, /^HTTP\/1\.1 200/],
      [`GET /flags HTTP/1.1\r\nAUTHORIZATION:bearer   ${token}  \r\n`, /^HTTP\/1\.1 200/],
      [
        `GET /flags HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nAuthorization: Bearer x\r\n`,
        /^HTTP\/1\.1 40[01]/,
      ],
      ['GET /stream HTTP/1.1\r\n', /^HTTP\/1\.1 401/],
      [`GET /stream?token=${token} HTTP/1.1\r\n`, /^HTTP\/1\.1 401/],
      [`GET /flags HTTP/1.1\r\nX-API-Key: ${'x'.repeat(100_000)}\r\n`, /^HTTP\/1\.1 4(?:31|01)/],
      ['GET //flags HTTP/1.1\r\n', /^HTTP\/1\.1 401/],
      ['GET /health/../flags HTTP/1.1\r\n', /^HTTP\/1\.1 401/],
      [`GET http://${host}/flags HTTP/1.1\r\n`, /^HTTP\/1\.1 401/],
      ['OPTIONS * HTTP/1.1\r\n', /^HTTP\/1\.1 40[0-5]/],
    ];
    for (const [lines, status] of asks) {
      const wire = await openWire(url);
      wire.send(`${lines}Host: ${host}\r\n\r\n`);
      expect([lines.slice(0, 90), await wire.gets(/^HTTP.*\r\n/)]).toEqual([
        lines.slice(0, 90),
        expect.stringMatching(status),
      ]);
      wire.destroy();
    }
  });

  test('kill -9 at any moment: the file is whole or not there', async () => {
    const folder = newFolder();
    const found: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const before = tokenFiles(folder).length;
      const started = launchServer({ launch, folder, ...EVERYWHERE });
      const isBegun = (): boolean => tokenFiles(folder).length > before;
      // Somewhere in the start, as soon as anything of a token is seen, and when it listens.
      const isSeen = (): boolean => started.out() !== '' || (round < 11 && isBegun());
      if (round < 6) await sleep(20 * round);
      else await until(() => isSeen() || undefined, 'a file of a token, or a line in the log');
      started.kill('SIGKILL');
      await within(started.exit, 5000, 'it did not end');
      found.push(keptText(folder));
    }
    for (const text of found) expect(text).toMatch(WHOLE_OR_NONE);
    expect(found.at(-1)).not.toBe('');
    const server = await startServer({ launch, folder, ...EVERYWHERE });
    expect((await call(`${near(server.url)}/flags`)).status).toBe(401);
  });

  test('a folder of another user: says whose it must be and ends with 1', async () => {
    // Root may write everywhere: it becomes somebody else.
    const isRoot = process.getuid?.() === 0;
    const folder = newFolder();
    mkdirSync(join(folder, 'data'));
    for (const each of [folder, join(folder, 'data')]) chmodSync(each, 0o555);
    const options = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const started = launchServer({ launch, folder, ...options, ...EVERYWHERE });
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(1);
    chmodSync(folder, 0o755);
    const [user, group] = isRoot ? [65_534, 65_534] : [process.getuid?.(), process.getgid?.()];
    const data = join(folder, 'data');
    expect(started.err()).toContain(`The data folder ${data} cannot be written by user`);
    expect(started.err()).toContain(`chown -R ${String(user)}:${String(group)} ${data}`);
    expect(started.err()).toContain('--user "$(id -u):$(id -g)"');
    expect(started.out()).toBe('');
  });
});

/** The names of what is written of a token, whole or begun. */
function tokenFiles(folder: string): string[] {
  const data = join(folder, 'data');
  const names = existsSync(data) ? readdirSync(data) : [];
  return names.filter((name) => name.startsWith('admin-token'));
}

/** What is kept of a token; empty if there is no file. */
function keptText(folder: string): string {
  return tokenFiles(folder).includes('admin-token')
    ? readFileSync(join(folder, 'data', 'admin-token'), 'utf8')
    : '';
}

describe('clients', () => {
  test('ffctl with FF_TOKEN, and what it says without', async () => {
    const { url, token } = await guarded();
    const without = await ffctl(['list'], { FF_SERVER: url });
    expect(without).toMatchObject({ code: 1, out: '' });
    expect(without.err).toMatch(/^ffctl: This server asks for a token: set FF_TOKEN to it\. /);
    const wrong = await ffctl(['list'], { FF_SERVER: url, FF_TOKEN: 'wrong' });
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('FF_TOKEN, --token or token in featureflags.toml has another');
    const env = { FF_SERVER: url, FF_TOKEN: token };
    expect(await ffctl(['create', 'f'], env)).toMatchObject({ code: 0, err: '' });
    expect((await ffctl(['list'], env)).out).toContain('f');
  });

  test('ffctl health needs no token, and finds the server of its own settings', async () => {
    const { url } = await guarded();
    const env = { FF_HOST: '0.0.0.0', FF_PORT: new URL(url).port };
    const { code, out, err } = await ffctl(['health'], env);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `ready: ${url}, storage sqlite, version 1\n`,
      err: '',
    });
    const gone = await ffctl(['health', '--server', 'http://127.0.0.1:1'], {});
    expect([gone.code, gone.err]).toEqual([5, expect.stringContaining('No answer from')]);
  });

  test('the TypeScript SDK follows the stream with its token', async () => {
    const { url, token, headers } = await guarded();
    await ok(`${url}/flags/f`, 'POST', { enabled: false }, headers);
    const client = new FeatureClient(url, { token, cache: false });
    await client.waitUntilReady(10_000);
    expect(client.isEnabled('f', 'u')).toBe(false);
    await ok(`${url}/flags/f`, 'POST', { enabled: true }, headers);
    await until(() => (client.isEnabled('f', 'u') ? true : undefined), 'the change');
    await client.close();
  });

  test('OpenFeature by OFREP, with a header', async () => {
    const { url, token, headers } = await guarded();
    await ok(`${url}/flags/f`, 'POST', { enabled: true }, headers);
    for (const [name, value] of [
      ['Authorization', `Bearer ${token}`],
      ['X-API-Key', token],
    ] as const) {
      const provider = new OFREPProvider({ baseUrl: url, headers: [[name, value]] });
      await OpenFeature.setProviderAndWait(provider);
      expect(await OpenFeature.getClient().getBooleanValue('f', false)).toBe(true);
    }
    await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: url }));
    const details = await OpenFeature.getClient().getBooleanDetails('f', false);
    expect(details).toMatchObject({ value: false, reason: 'ERROR' });
    await OpenFeature.close();
  });
});

describe('a token that an operator has set', () => {
  test('is asked for on loopback too, and nothing is kept of it', async () => {
    const server = await startServer({ env: { FF_ADMIN_TOKEN: OWN } });
    expect((await call(`${server.url}/flags`)).status).toBe(401);
    await ok(`${server.url}/flags`, 'GET', undefined, { authorization: `Bearer ${OWN}` });
    expect((await call(`${server.url}/stream`)).status).toBe(401);
    await server.stop();
    expect(server.out() + server.err()).not.toContain(OWN);
    expect(readdirSync(join(server.folder, 'data'))).toEqual(['featureflags.db']);
  });

  test.each([
    ['with --insecure', { options: ['--insecure'], env: { FF_ADMIN_TOKEN: OWN } }, 'insecure'],
    ['too short', { env: { FF_ADMIN_TOKEN: OWN.slice(0, 31) } }, 'FF_ADMIN_TOKEN'],
  ])('%s: ends with 2, and does not show it', async (_, options, name) => {
    const started = launchServer(options);
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(2);
    expect(started.err()).toContain(name);
    expect(started.err()).not.toContain(OWN.slice(0, 31));
  });

  test('ffctl config says that it is set, and no more', async () => {
    for (const words of [['config'], ['config', '--json']]) {
      const { out } = await ffctl(words, { FF_ADMIN_TOKEN: OWN });
      expect(out).toContain('(set)');
      expect(out).not.toContain(OWN);
    }
  });
});
