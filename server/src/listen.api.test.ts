import { afterEach, expect, test } from 'vitest';

import { testConfig } from './app.fixture.ts';
import { listen, type Listening } from './listen.ts';
import { SILENT } from './log.ts';
import { start, type Running } from './start.ts';
import { memoryStore } from './stores/memory.ts';

const open: Listening[] = [];

afterEach(async () => {
  for (const listening of open.splice(0)) await listening.end();
});

async function serving(): Promise<Listening & { readonly running: Running }> {
  const config = testConfig({ port: 0 });
  const running = await start({
    config,
    store: memoryStore(),
    log: SILENT,
    now: () => new Date(0),
  });
  const listening = await listen(running.fetch, config);
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
  const text = JSON.stringify({ description: 'x'.repeat(2 ** 20) });
  const chunked = new Blob([text]).stream();
  for (const body of [text, chunked]) {
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
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += new TextDecoder().decode(part.value);
  }
  expect(text).toBe('retry: 2000\n\n');
  await stopped;
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  open.splice(0);
});

test('does not take an address that is taken', async () => {
  const { url } = await serving();
  const address = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const again = async (): Promise<Listening> => listen(() => new Response(), address);
  await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
