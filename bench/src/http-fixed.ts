// The limit: servers that give a fixed answer to the requests that the real one evaluates.
//
//   http-fixed.ts bare|hono      prints its address

import { Hono } from 'hono';

/** The part of Bun's API that is used here. */
interface Bun {
  serve(options: { fetch: Fetch; port: number; hostname: string }): { readonly port: number };
}
type Fetch = (request: Request) => Response | Promise<Response>;

const ANSWER =
  '{"flag":"flag-1","enabled":true,"value":true,"variant":"on","reason":"SPLIT","ruleId":"r1","version":2}';
const HEADERS = { 'content-type': 'application/json' };
const FLAGS = 100;
const ITEM = { key: 'flag-1', value: true, variant: 'on', reason: 'SPLIT', metadata: {} };
const ALL = { flags: Array.from({ length: FLAGS }, () => ITEM), eventStreams: [] };

function fixed(): Response {
  return new Response(ANSWER, { headers: HEADERS });
}

/** Whoever answers a POST has read its body. */
async function fixedAfterBody(request: Request): Promise<Response> {
  await request.json();
  return fixed();
}

/** What an answer of all flags costs to write alone. */
async function serialised(request: Request): Promise<Response> {
  await request.json();
  return new Response(JSON.stringify(ALL), { headers: HEADERS });
}

const bare: Fetch = (request) => {
  if (request.method === 'GET') return fixed();
  return request.url.endsWith('/flags') ? serialised(request) : fixedAfterBody(request);
};

function hono(): Fetch {
  const app = new Hono();
  app.get('/evaluate', fixed);
  app.post('/ofrep/v1/evaluate/flags/:key', async (context) => fixedAfterBody(context.req.raw));
  app.post('/ofrep/v1/evaluate/flags', async (context) => serialised(context.req.raw));
  return (request) => app.fetch(request);
}

async function listen(fetch: Fetch): Promise<number> {
  const { Bun: bun } = globalThis as unknown as { Bun?: Bun };
  if (bun !== undefined) return bun.serve({ fetch, port: 0, hostname: '127.0.0.1' }).port;
  const { serve } = await import('@hono/node-server');
  return new Promise((resolve) => {
    const options = { fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false };
    serve(options, ({ port }) => {
      resolve(port);
    });
  });
}

const port = await listen(process.argv[2] === 'bare' ? bare : hono());
console.log(JSON.stringify({ url: `http://127.0.0.1:${String(port)}` }));
