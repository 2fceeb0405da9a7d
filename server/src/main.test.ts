import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { effectiveConfig, openFile, serve } from './main.ts';

let folder: string;
let out: string;
let err: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'featureflags-main-'));
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text))));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  rmSync(folder, { recursive: true });
});

/** The event of the log, as soon as it is written. */
async function event(name: string): Promise<Record<string, unknown>> {
  const line = await vi.waitFor(() => {
    const found = out.split('\n').find((each) => each.includes(`"event":"${name}"`));
    expect(found, `${out}${err}`).toBeDefined();
    return found ?? '';
  });
  return JSON.parse(line) as Record<string, unknown>;
}

const usual = ['--port', '0', '--log', 'json'];

describe('serve', () => {
  test.each(['--help', '-h'])('%s', async (flag) => {
    expect(await serve([flag])).toBe(0);
    expect(out).toContain('Usage: featureflags [options]');
    expect(out).toContain('--stream-heartbeat');
  });

  test.each(['memory', 'sqlite', 'yaml'])('with storage %s, until a signal', async (storage) => {
    const flags = join(folder, 'flags', 'flags.yml');
    const place = ['--data', join(folder, 'data'), '--flags-path', flags];
    const ended = serve([...usual, '--storage', storage, ...place]);
    const { url } = await event('listening');
    expect(await event('open on this machine')).toMatchObject({ level: 'info' });
    const ready = await fetch(`${String(url)}/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ready', store: storage });
    process.emit('SIGTERM');
    expect(await ended).toBe(0);
    expect(await event('stopping')).toMatchObject({ signal: 'SIGTERM' });
    expect(await event('stopped')).toMatchObject({ level: 'info' });
  });

  test('cuts off what still runs after the time-out', async () => {
    const ended = serve([...usual, '--storage', 'memory', '--shutdown-timeout', '0']);
    const { url } = await event('listening');
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{'));
      },
    });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const hanging = fetch(`${String(url)}/flags/f`, init).catch((error: unknown) => error);
    await fetch(`${String(url)}/health`);
    process.emit('SIGINT');
    expect(await ended).toBe(0);
    expect(await event('stopped late')).toMatchObject({ level: 'warn' });
    expect(await hanging).toBeInstanceOf(Error);
  });

  test.each([
    [[], 'first admin token'],
    [['--log-level', 'error'], 'first admin token'],
    [['--insecure'], 'open door'],
    [['--insecure', '--log-level', 'error'], 'open door'],
    [['--admin-token', 'x'.repeat(32)], 'token asked for'],
  ])('beyond this machine, with %j: %s', async (options, name) => {
    const ended = serve([...usual, '--data', folder, '--host', '0.0.0.0', ...options]);
    await event(name);
    process.emit('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('does not keep a token that nobody saw', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const place = ['--data', folder, '--host', '0.0.0.0', '--port', String(port)];
    expect(await serve(place)).toBe(1);
    expect(err).toContain('is in use');
    expect(readdirSync(folder)).not.toContain('admin-token');
    other.close();
  });

  test('ends again if it cannot keep its token', async () => {
    const isFaster = vi.spyOn(crypto, 'getRandomValues').mockImplementation((bits) => {
      writeFileSync(join(folder, 'admin-token'), 'of another server');
      return bits;
    });
    expect(await serve([...usual, '--data', folder, '--host', '0.0.0.0'])).toBe(1);
    expect(isFaster).toHaveBeenCalledOnce();
    expect(err).toContain('Another server made its token');
    expect(out).toBe('');
  });

  test('does not start with a wrong setting', async () => {
    expect(await serve(['--port', 'x'])).toBe(2);
    expect(err).toContain('--port: port is "x"');
  });

  test('does not start where something listens already', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const place = ['--storage', 'memory', '--log', 'text', '--port', String(port)];
    expect(await serve(place)).toBe(1);
    expect(err).toBe(
      `127.0.0.1:${String(port)} is in use. Stop what listens there, or choose another --port.\n`,
    );
    other.close();
  });

  test('does not start at an address that is not its own', async () => {
    expect(
      await serve([...usual, '--storage', 'memory', '--host', '192.0.2.1', '--insecure']),
    ).toBe(1);
    expect(err).toMatch(/^Cannot listen on 192\.0\.2\.1:0: /);
  });
});

test('effectiveConfig tells of a secret only that it is set', () => {
  const secret = 'a-secret-of-more-than-32-characters';
  const settings = effectiveConfig(['--admin-token', secret]);
  expect(settings).toContainEqual({ name: 'admin_token', value: '(set)', source: '--admin-token' });
  expect(JSON.stringify(settings)).not.toContain(secret);
});

test('effectiveConfig tells where each setting comes from', () => {
  const port = effectiveConfig(['--port', '1']).find(({ name }) => name === 'port');
  expect(port).toEqual({ name: 'port', value: 1, source: '--port' });
});

test('openFile is the same API on a flags file', async () => {
  const path = join(folder, 'flags.yml');
  writeFileSync(path, 'flags:\n  f: { enabled: true } # mine\n');
  const { fetch: ask, close } = await openFile(path);
  const evaluated = await ask(new Request('http://localhost/evaluate?flag=f'));
  expect(await evaluated.json()).toMatchObject({ value: true });
  const body = '{"description":"F"}';
  const headers = { 'content-type': 'application/json' };
  await ask(new Request('http://localhost/flags/f', { method: 'POST', headers, body }));
  await close();
  expect(readFileSync(path, 'utf8')).toBe(
    'flags:\n  f:\n    description: F\n    enabled: true # mine\n',
  );
});
