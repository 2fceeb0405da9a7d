import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, expect, test } from 'vitest';

import { openAccess } from './access.ts';
import { testConfig } from './app.fixture.ts';
import { listen, type Listening } from './listen.ts';
import { SILENT, type Log } from './log.ts';
import { start, type Running } from './start.ts';
import { memoryStore } from './stores/memory.ts';

const open: Listening[] = [];

afterEach(async () => {
  for (const listening of open.splice(0)) await listening.end();
});

async function serving(log: Log = SILENT): Promise<Listening & { readonly running: Running }> {
  const config = testConfig({ port: 0 });
  const running = await start({
    config,
    store: memoryStore(),
    access: openAccess(config),
    log,
    now: () => new Date(0),
  });
  const listening = await listen(running, config);
  open.push(listening);
  return { ...listening, running };
}

test('answers at a free port', async () => {
  const { url } = await serving();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const made = await fetch(`${url}/flags/f`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"enabled": true}',
  });
  expect(made.status).toBe(201);
  const evaluated = await fetch(`${url}/evaluate?flag=f`);
  expect(await evaluated.json()).toMatchObject({ value: true });
});

test('refuses a body that is too large, declared or not', async () => {
  const { url } = await serving();
  const long = JSON.stringify({ description: 'x'.repeat(2 ** 20) });
  const chunked = new Blob([long]).stream();
  for (const body of [long, chunked]) {
    const answer = await fetch(`${url}/flags/f`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      413,
      'BODY_TOO_LARGE',
    ]);
  }
});

test('stops once its streams have ended', async () => {
  const { url, running, ...listening } = await serving();
  const response = await fetch(`${url}/stream`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const stopped = listening.stop();
  running.services.streams.drain();
  let told = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    told += new TextDecoder().decode(part.value);
  }
  expect(told).toBe('retry: 2000\n\n');
  await stopped;
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  open.splice(0);
});

test('does not take an address that is taken', async () => {
  const { url } = await serving();
  const address = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const again = async (): Promise<Listening> => listen({ fetch: () => new Response() }, address);
  await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('answers HTTP/1.0 without a host', async () => {
  const { url } = await serving();
  expect(await raw(url, 'GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.[01] 200 /);
  expect(await raw(url, 'GET /ab/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.[01] 404 /);
});

test('does not call it its own mistake when a client goes away in the middle of a body', async () => {
  const errors: string[] = [];
  const { url, running } = await serving({ ...SILENT, error: (event) => errors.push(event) });
  const head = 'POST /flags/f HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`${head}Content-Length: 100\r\n\r\n{`);
  // The server has the beginning once it answers what came after it.
  await fetch(`${url}/health`);
  socket.destroy();
  await expect
    .poll(() => running.services.metrics.text(NO_GAUGES))
    .toMatch(/route="\/flags\/\{key\}",status="400"/);
  expect(errors).toEqual([]);
});

const NO_GAUGES = { snapshots: [], openStreams: 0, storeBroken: false };

/** What the server sends for a request that no client library would make. */
async function raw(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(request);
  return text(socket);
}
