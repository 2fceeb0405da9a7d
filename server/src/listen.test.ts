import { expect, test, vi } from 'vitest';

import { openAccess } from './access.ts';
import { testConfig } from './app.fixture.ts';
import { listen } from './listen.ts';
import { SILENT } from './log.ts';
import { start } from './start.ts';
import { memoryStore } from './stores/memory.ts';

// What Bun is told, with a Bun that only listens to that: its own limit is a minute, which is too
// long for a test. Everything else is in listen.api.test.ts, on the runtimes themselves.

interface BunOptions {
  readonly fetch: (
    request: Request,
    own: { timeout: (request: Request, seconds: number) => void },
  ) => Response | Promise<Response>;
}

test('lifts the time limit of Bun for streams alone', async () => {
  const serve = vi.fn<(options: BunOptions) => object>(() => ({ port: 1 }));
  vi.stubGlobal('Bun', { serve });
  const config = testConfig({ port: 0 });
  const access = openAccess(config);
  const now = (): Date => new Date(0);
  const running = await start({ config, store: memoryStore(), access, log: SILENT, now });
  await listen(running, config);
  vi.unstubAllGlobals();
  const lifted: string[] = [];
  const own = { timeout: ({ url }: Request, seconds: number) => lifted.push(`${url} ${seconds}`) };
  const ask = async (path: string): Promise<void> => {
    const request = new Request(`http://localhost${path}`);
    const response = await serve.mock.calls[0]?.[0].fetch(request, own);
    await response?.body?.cancel();
  };
  await ask('/health?x=/stream');
  await ask('/ofrep/v1/stream/x');
  await ask('/stream?environment=gone');
  await ask('/stream');
  await running.close();
  expect(lifted).toEqual(['http://localhost/stream 0']);
});
