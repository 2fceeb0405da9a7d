// Sends requests over connections that stay open, one after the other on each, and measures.
// It reads no more of an answer than where it ends, so that it is faster than what it measures.
//
//   http-load.ts '<a Load as JSON>'      prints a Measured as JSON

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** What to send, and where. */
export interface Load {
  readonly url: string;
  /** The process that answers. */
  readonly pid: number;
  readonly method: 'GET' | 'POST';
  /** Path and body of each request; they are sent in turn. */
  readonly requests: readonly (readonly [path: string, body: string])[];
  readonly connections: number;
  /** How many are sent before measuring, and how many are measured. */
  readonly warmUp: number;
  readonly count: number;
}

export interface Measured {
  readonly perSecond: number;
  /** Microseconds of the server's processor a request. */
  readonly processor: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Clock ticks a second in /proc: Linux has had 100 for decades. */
const TICKS = 100;

async function measure(load: Load): Promise<Measured> {
  const { hostname, port, host } = new URL(load.url);
  const texts = load.requests.map((request) =>
    Buffer.from(requestText(load.method, host, request)),
  );
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, async () => open(hostname, Number(port))),
  );
  await sendAll(sockets, texts, load.warmUp);
  const [processor, begun] = [processorSeconds(load.pid), performance.now()];
  const times = (await sendAll(sockets, texts, load.count)).toSorted();
  const seconds = (performance.now() - begun) / 1000;
  const used = processorSeconds(load.pid) - processor;
  for (const socket of sockets) socket.destroy();
  return {
    perSecond: load.count / seconds,
    processor: (used * 1_000_000) / load.count,
    p50: times[times.length >> 1] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

function requestText(
  method: string,
  host: string,
  [path, body]: readonly [string, string],
): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  if (method === 'GET') return `${head}\r\n`;
  const length = String(Buffer.byteLength(body));
  return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

async function open(hostname: string, port: number): Promise<Socket> {
  const socket = connect(port, hostname).setNoDelay();
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** Sends so many requests in all; resolves with the milliseconds that each took. */
async function sendAll(
  sockets: readonly Socket[],
  texts: readonly Buffer[],
  count: number,
): Promise<Float64Array> {
  const times = new Float64Array(count);
  let next = 0;
  const take = (): number => (next += 1) - 1;
  await Promise.all(sockets.map(async (socket) => sendInTurn(socket, { texts, times, take })));
  return times;
}

interface Sending {
  readonly texts: readonly Buffer[];
  readonly times: Float64Array;
  /** The number of the next request. */
  readonly take: () => number;
}

async function sendInTurn(socket: Socket, { texts, times, take }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    let index = 0;
    let begun = 0;
    let text = '';
    const send = (): void => {
      index = take();
      if (index >= times.length) {
        socket.removeAllListeners('data');
        resolve();
        return;
      }
      begun = performance.now();
      socket.write(texts[index % texts.length] as Buffer);
    };
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1');
      if (!isWhole(text)) return;
      if (!text.startsWith('HTTP/1.1 200')) reject(new Error(text));
      times[index] = performance.now() - begun;
      text = '';
      send();
    });
    socket.on('error', reject);
    send();
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return length === undefined
    ? text.endsWith('\r\n0\r\n\r\n')
    : text.length >= end + 4 + Number(length);
}

/** User and system time of the process with all its threads. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as Load)));
