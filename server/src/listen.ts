import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';

/** A server that answers. */
export interface Listening {
  readonly url: string;
  /** Takes no further connections; resolves when those that there are have ended. */
  stop(): Promise<void>;
  /** Ends every connection at once. */
  end(): Promise<void>;
}

/** What is listened for. */
export interface Application {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Seconds after which Bun ends a connection on which nothing moves, such as a half-sent request. */
const IDLE_TIMEOUT = 60;

/** Milliseconds between looks for idle connections while a server on Node stops. */
const SWEEP = 50;

/** Listens with the runtime's own server. Nothing else in the program knows which runtime it is. */
export function listen(application: Application, address: Address): Promise<Listening> {
  const listenHere = 'Bun' in globalThis ? listenOnBun : listenOnNode;
  return listenHere(application, address);
}

/** The part of Bun's API that is used here: https://bun.sh/docs/api/http */
interface BunRuntime {
  serve(options: Record<string, unknown>): BunServer;
}

interface BunServer {
  readonly port: number;
  stop(closeActiveConnections?: boolean): Promise<void>;
  timeout(request: Request, seconds: number): void;
}

async function listenOnBun({ fetch }: Application, { host, port }: Address): Promise<Listening> {
  const { Bun: bun } = globalThis as unknown as { Bun: BunRuntime };
  const server = bun.serve({
    fetch: (request: Request, own: BunServer) => {
      // A stream may be quiet for longer than a request may take to arrive. Not told by the address:
      // whoever is refused there must not keep a connection for ever.
      const patient = (response: Response): Response => {
        if (isStream(response)) own.timeout(request, 0);
        return response;
      };
      const answer = fetch(request);
      return answer instanceof Promise ? answer.then(patient) : patient(answer);
    },
    hostname: host,
    port,
    idleTimeout: IDLE_TIMEOUT,
  });
  return Promise.resolve({
    url: urlOf(host, server.port),
    stop: () => server.stop(),
    end: () => server.stop(true),
  });
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

async function listenOnNode({ fetch }: Application, { host, port }: Address): Promise<Listening> {
  const { createAdaptorServer } = await import('@hono/node-server');
  // Without the override, undici's own Response stays what the rest of the process sees.
  // HTTP/1.0 needs no Host; then the name here stands for it.
  const options = { fetch, overrideGlobalObjects: false, hostname: 'localhost' };
  const server = createAdaptorServer(options) as Server;
  const endIdle = idleEnder(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const closed = promisify(server.close.bind(server));
  return {
    url: urlOf(host, (server.address() as AddressInfo).port),
    stop: async () => {
      // A connection whose answer ends later becomes idle then, and nobody else would close it.
      const sweep = setInterval(endIdle, SWEEP);
      await closed();
      clearInterval(sweep);
    },
    end: async () => {
      const ended = closed();
      server.closeAllConnections();
      await ended.catch(() => undefined);
    },
  };
}

/** Ends connections without a request. Node does not know those as idle that never sent anything. */
function idleEnder(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    server.closeIdleConnections();
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}

function urlOf(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
}
