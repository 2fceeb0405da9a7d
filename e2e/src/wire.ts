import { connect, type Socket } from 'node:net';

import { until } from './server.ts';

/** A connection on which every byte is sent by hand. */
export interface Wire {
  readonly send: (text: string) => void;
  /** All that came so far. */
  readonly got: () => string;
  /** Waits until what came matches. */
  readonly gets: (pattern: RegExp) => Promise<string>;
  /** Resolves when the other side has ended the connection. */
  readonly ended: Promise<void>;
  readonly destroy: () => void;
}

/** Opens a connection; rejects if nobody listens. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  return wireOf(socket);
}

/** Opens a stream of server-sent events and waits for its first event. */
export async function openStream(url: string, headers: readonly string[] = []): Promise<Wire> {
  const wire = await openWire(url);
  const { pathname, search } = new URL(url);
  const lines = [`GET ${pathname}${search} HTTP/1.1`, `host: ${new URL(url).host}`, ...headers];
  wire.send(`${lines.join('\r\n')}\r\n\r\n`);
  await wire.gets(/\r\n\r\n[^]*\n\n/);
  return wire;
}

/** True if a connection is taken. */
export async function isListening(url: string): Promise<boolean> {
  try {
    (await openWire(url)).destroy();
    return true;
  } catch {
    return false;
  }
}

function wireOf(socket: Socket): Wire {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return {
    send: (more) => void socket.write(more),
    got: () => text,
    gets: async (pattern) =>
      until(() => (pattern.test(text) ? text : undefined), `${String(pattern)} on a connection`),
    ended,
    destroy: () => void socket.destroy(),
  };
}
