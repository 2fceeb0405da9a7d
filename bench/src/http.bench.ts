// The server over HTTP, against servers that give a fixed answer to the same requests. All run in
// processes of their own on the runtime that runs this, are asked in turn over loopback, and by a
// process of its own again.
//
//   node bench/src/http.bench.ts [requests]      (Node 24 or later, or Bun; Linux)

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { documentOf } from './flags.ts';
import type { Load, Measured } from './http-load.ts';
import { measure, resident, startProgram, type Answering } from './http-process.ts';
import { misses, table, type Row } from './table.ts';

const FLAGS = 100;
const USERS = 1000;
const CONNECTIONS = 64;
const ROUNDS = 3;
const COUNT = Number(process.argv[2] ?? 20_000);
/** Answers of all flags take longer: fewer of them are asked for. */
const BULK_SHARE = 4;

const PROCESSOR_RATIO = 1.5;
const BULK_RATIO = 2;
const IS_BUN = 'Bun' in globalThis;
const START_MS = IS_BUN ? 100 : 300;
const IDLE_MB = 50;
/** How long a process gets to end, or to come to rest. */
const SETTLE_MS = 1000;

const SERVER = new URL('main.ts', import.meta.resolve('featureflags'));
const FIXED = new URL('./http-fixed.ts', import.meta.url);
const CONTENDERS = ['bare', 'hono', 'ours'] as const;

/** One kind of request, for each of many users. */
interface Scenario {
  readonly name: string;
  readonly method: Load['method'];
  readonly request: (user: number) => readonly [path: string, body: string];
  readonly count: number;
  readonly target: number;
}

const SCENARIOS: readonly Scenario[] = [
  get('GET on for everyone', (user) => `flag=flag-0&user_id=user-${String(user)}`),
  get('GET 30 % rollout', (user) => `flag=flag-1&user_id=user-${String(user)}`),
  get('GET two conditions', (user) => {
    const country = user % 2 === 0 ? 'US' : 'DE';
    return `flag=flag-2&user_id=user-${String(user)}&country=${country}&plan=pro`;
  }),
  {
    name: 'POST OFREP 30 % rollout',
    method: 'POST',
    request: (user) => ['/ofrep/v1/evaluate/flags/flag-1', contextText(user)],
    count: COUNT,
    target: PROCESSOR_RATIO,
  },
  {
    name: `POST OFREP all ${String(FLAGS)} flags`,
    method: 'POST',
    request: (user) => ['/ofrep/v1/evaluate/flags', contextText(user)],
    count: COUNT / BULK_SHARE,
    target: BULK_RATIO,
  },
];

function get(name: string, query: (user: number) => string): Scenario {
  const request: Scenario['request'] = (user) => [`/evaluate?${query(user)}`, ''];
  return { name, method: 'GET', request, count: COUNT, target: PROCESSOR_RATIO };
}

function contextText(user: number): string {
  return JSON.stringify({ context: { targetingKey: `user-${String(user)}`, country: 'US' } });
}

/** Measures all scenarios. */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-bench-'));
  const answering: Answering[] = [];
  try {
    const start = await startRows(folder);
    answering.push(
      await startProgram(FIXED, ['bare']),
      await startProgram(FIXED, ['hono']),
      await startServer(folder),
    );
    const rows: Row[] = [];
    for (const scenario of SCENARIOS) rows.push(...(await rowsOf(scenario, answering)));
    const order = ['µs', 'a second', 'ms'];
    rows.sort((a, b) => order.indexOf(a.unit) - order.indexOf(b.unit));
    return [...rows, ...start];
  } finally {
    for (const each of answering) each.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startServer(folder: string): Promise<Answering> {
  return startProgram(SERVER, ['--port', '0', '--log', 'json'], folder);
}

/** Fills the folder, then starts a server on it as people do every day. */
async function startRows(folder: string): Promise<Row[]> {
  await fill(folder);
  const server = await startServer(folder);
  await fetch(`${server.url}/evaluate?flag=flag-1&user_id=u`);
  const time = performance.now() - server.begun;
  await sleep(SETTLE_MS);
  const memory = resident(server.pid);
  server.stop();
  await sleep(SETTLE_MS);
  return [
    row('start to first answer', 'ms', time, START_MS),
    row('idle memory', 'MB', memory, IS_BUN ? IDLE_MB : undefined),
  ];
}

async function fill(folder: string): Promise<void> {
  const server = await startServer(folder);
  const { flags } = documentOf(FLAGS).document;
  const response = await fetch(`${server.url}/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: 1, flags }),
  });
  if (!response.ok) throw new Error(await response.text());
  server.stop();
  await sleep(SETTLE_MS);
}

function row(name: string, unit: string, score: number, target: number | undefined): Row {
  return { name, unit, figures: { ours: score }, score, target };
}

async function rowsOf(scenario: Scenario, answering: readonly Answering[]): Promise<Row[]> {
  const measured: Measured[][] = CONTENDERS.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, server] of answering.entries()) {
      const figures = await measure(loadOf(scenario, server));
      // The first round is for the compilers.
      if (round > 0) measured[index]?.push(figures);
    }
  }
  const figures = (name: keyof Measured): Record<string, number> =>
    Object.fromEntries(
      CONTENDERS.map((each, index) => [each, median((measured[index] ?? []).map((m) => m[name]))]),
    );
  const { name, target } = scenario;
  const [processor, perSecond] = [figures('processor'), figures('perSecond')];
  const [p50, p99] = [figures('p50'), figures('p99')];
  return [
    { name, unit: 'µs', figures: processor, score: ratio(processor), target },
    { name, unit: 'a second', figures: perSecond, score: ratio(perSecond), target: undefined },
    { name: `${name}, p50`, unit: 'ms', figures: p50, score: ratio(p50), target: undefined },
    { name: `${name}, p99`, unit: 'ms', figures: p99, score: ratio(p99), target: undefined },
  ];
}

function loadOf({ method, request, count }: Scenario, { url, pid }: Answering): Load {
  const requests = Array.from({ length: USERS }, (_, user) => request(user));
  return { url, pid, method, requests, connections: CONNECTIONS, warmUp: count / 4, count };
}

function ratio({ hono = 0, ours = 0 }: Record<string, number>): number {
  return ours / hono;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

if (import.meta.main) {
  const rows = await run();
  console.log(table(rows));
  if (rows.some(misses)) console.log('\nNot all targets are met.');
}
