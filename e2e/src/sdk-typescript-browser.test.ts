import { existsSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';

import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ok } from './api.ts';
import { ROOT } from './programs.ts';
import { startServer, until, type Server } from './server.ts';

// The web client in a real browser, on a page of another origin than the server's. Debian's package
// chromium is enough; without it web.test.ts of the SDK has tested the same client on Node.
const PROGRAM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find((path) => existsSync(path));

if (PROGRAM === undefined) {
  process.stderr.write('chromium is not installed: the web client was not tried in a browser.\n');
}

const SOURCE = `
  import { WebClient } from 'featureflags-client/web';
  globalThis.open = (url, context) => {
    globalThis.client = new WebClient(url, { context, persist: true, logger: { warn: note, error: note } });
    globalThis.changes = [];
    client.onChange(({ flags }) => changes.push(...flags));
  };
  globalThis.lines = [];
  function note(line) { lines.push(line); }
`;

function addressOf(pages: HttpServer): string {
  return `http://127.0.0.1:${String((pages.address() as AddressInfo).port)}`;
}

/** A page with the client in it, on a port of its own. */
async function site(): Promise<HttpServer> {
  const { outputFiles } = await build({
    stdin: { contents: SOURCE, resolveDir: join(ROOT, 'e2e') },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>Shop</title><script>${script}</script>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

test('a page has all of the client in it', async () => {
  const pages = await site();
  const text = await (await fetch(addressOf(pages))).text();
  expect(text).toContain('localStorage');
  expect(text).not.toMatch(/^\s*import\b/m);
  pages.close();
});

describe('in Chromium', () => {
  // Not a skipped test: the same client has been tested on Node.
  if (PROGRAM === undefined) return;

  let server: Server;
  let pages: HttpServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    pages = await site();
    server = await startServer({
      options: ['--storage', 'memory', '--cors-origins', addressOf(pages)],
    });
    const rules = [{ id: 'de', when: { country: 'DE' }, serve: 'on' }];
    await ok(`${server.url}/flags/banner`, 'POST', { enabled: true, rules });
    // No sandbox: continuous integration runs as root in a container.
    browser = await chromium.launch({
      executablePath: PROGRAM,
      args: ['--no-sandbox'],
    });
    page = await browser.newPage();
  });

  afterAll(async () => {
    await browser.close();
    pages.close();
    await server.stop();
  });

  async function open(url: string, country: string): Promise<boolean> {
    await page.goto(addressOf(pages));
    const context = JSON.stringify({ targetingKey: 'u1', country });
    return page.evaluate(`open(${JSON.stringify(url)}, ${context}), client.waitUntilReady(20000)`);
  }

  const isOn = async (): Promise<boolean> => page.evaluate('client.isEnabled("banner")');

  test('values, another context, a change by the stream, the last values on the next visit', async () => {
    expect(await open(server.url, 'FR')).toBe(true);
    expect(await isOn()).toBe(false);
    expect(await page.evaluate('client.setContext({ targetingKey: "u1", country: "DE" })')).toBe(
      true,
    );
    expect(await isOn()).toBe(true);
    const streams = '\nfeatureflags_open_streams 1\n';
    await until(
      async () => ((await ok(`${server.url}/metrics`)).text.includes(streams) ? true : undefined),
      'a stream',
    );
    await ok(`${server.url}/flags/banner`, 'POST', { enabled: false });
    await until(async () => ((await isOn()) ? undefined : true), 'the change');
    expect(await page.evaluate('changes')).toEqual(['banner', 'banner', 'banner']);
    expect(await page.evaluate('lines')).toEqual([]);
    await ok(`${server.url}/flags/banner`, 'POST', { enabled: true });
    await until(async () => ((await isOn()) ? true : undefined), 'the change back');
    await server.stop();
    expect(await open(server.url, 'DE')).toBe(true);
    expect([await isOn(), await page.evaluate('client.status().source')]).toEqual([
      true,
      'storage',
    ]);
    await until(
      async () => ((await page.evaluate<string[]>('lines')).length > 0 ? true : undefined),
      'that the server is gone',
    );
  });
});
