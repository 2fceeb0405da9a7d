// kill -9 in the middle of writes, again and again on the same data: what was answered is there.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { Runtime } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';

const ROUNDS = 20;
const WRITES = 1000;
const CONNECTIONS = 4;
const FLAGS = 40;
/** The kill comes somewhere in the first writes: later ones would tell nothing more. */
const LONGEST = 150;

/** What one connection was told, flag by flag. */
interface Told {
  /** The description that was last answered. */
  readonly answered: Map<string, string>;
  /** The one that was under way when the server was killed. */
  underWay: { key: string; description: string } | undefined;
}

interface Figures {
  answered: number;
  completed: number;
  seconds: number;
}

describe.each(['sqlite', 'yaml'])('%s, killed in the middle of writes', (storage) => {
  test(`${String(ROUNDS)} times: nothing that was answered is lost`, async () => {
    const place: Place = { folder: newFolder(), storage };
    const expected = new Map<string, string>();
    const figures: Figures = { answered: 0, completed: 0, seconds: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const runtime: Runtime = round % 2 === 0 ? 'bun' : 'node';
      const told = await killedRound(runtime, place, round, figures);
      await checkRound(runtime, place, { told, expected, figures });
    }
    const { answered, completed, seconds } = figures;
    console.log(
      `${storage}: ${String(ROUNDS)} kills, ${String(answered)} changes answered, none lost; ` +
        `${String(completed)} unanswered ones found complete; ` +
        `${(answered / seconds).toFixed(0)} changes/s from ${String(CONNECTIONS)} connections`,
    );
    expect(answered).toBeGreaterThan(ROUNDS);
    // Nothing that was begun beside the flags file stays there.
    const flags = join(place.folder, 'flags');
    expect(existsSync(flags) ? readdirSync(flags) : ['flags.yml']).toEqual(['flags.yml']);
  });
});

/** Where a server's data are, through all its lives. */
interface Place {
  readonly folder: string;
  readonly storage: string;
}

function startAt({ folder, storage }: Place, launch: Runtime): Promise<Server> {
  return startServer({ folder, launch, options: ['--storage', storage] });
}

function killed(server: Server): Promise<unknown> {
  server.kill('SIGKILL');
  return server.exit;
}

/** Writes from several connections until the server is killed. */
async function killedRound(
  runtime: Runtime,
  place: Place,
  round: number,
  figures: Figures,
): Promise<Told[]> {
  const server = await startAt(place, runtime);
  const killAfter = 1 + Math.floor(Math.random() * LONGEST);
  const started = performance.now();
  let answers = 0;
  const onAnswer = (): void => {
    answers += 1;
    // Not right after an answer each time: every step of a write has its turn.
    if (answers === killAfter) setTimeout(() => server.kill('SIGKILL'), Math.random() * 10);
  };
  const told = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) =>
      writeUntilKilled(server, { round, index, onAnswer }),
    ),
  );
  await killed(server);
  figures.answered += answers;
  figures.seconds += (performance.now() - started) / 1000;
  return told;
}

/** Each flag belongs to one connection, so that its writes have an order. */
async function writeUntilKilled(
  server: Server,
  { round, index, onAnswer }: { round: number; index: number; onAnswer: () => void },
): Promise<Told> {
  const told: Told = { answered: new Map(), underWay: undefined };
  for (let count = 0; count < WRITES / CONNECTIONS; count += 1) {
    const key = `flag-${String(index + CONNECTIONS * (count % (FLAGS / CONNECTIONS)))}`;
    const description = `round ${String(round)}, write ${String(count)}`;
    told.underWay = { key, description };
    if (!(await save(server.url, key, description))) return told;
    told.answered.set(key, description);
    told.underWay = undefined;
    onAnswer();
  }
  return told;
}

async function save(url: string, key: string, description: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/flags/${key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ description, enabled: true }),
    });
    // An answer whose body did not arrive was none.
    const saved = (await response.json()) as { description?: string };
    expect([200, 201]).toContain(response.status);
    expect(saved.description).toBe(description);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
    return false;
  }
}

interface Round {
  readonly told: readonly Told[];
  /** Each flag's description at the end of the round before; is brought up to date. */
  readonly expected: Map<string, string>;
  readonly figures: Figures;
}

/** Starts again on the same data, with the other runtime, and looks. */
async function checkRound(
  runtime: Runtime,
  place: Place,
  { told, expected, figures }: Round,
): Promise<void> {
  const server = await startAt(place, runtime === 'bun' ? 'node' : 'bun');
  const response = await fetch(`${server.url}/export`);
  const { flags } = (await response.json()) as { flags: Record<string, { description: string }> };
  for (const { answered, underWay } of told) {
    for (const [key, description] of answered) expected.set(key, description);
    if (underWay === undefined || flags[underWay.key]?.description !== underWay.description)
      continue;
    expected.set(underWay.key, underWay.description);
    figures.completed += 1;
  }
  const found = Object.entries(flags).map(([key, { description }]) => [key, description]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  await checkVersions(server.url);
  await killed(server);
}

/** The audit log counts from the last version down to 1. */
async function checkVersions(url: string): Promise<void> {
  const versions: number[] = [];
  for (;;) {
    const before = versions.at(-1);
    const page = before === undefined ? '' : `&before=${String(before)}`;
    const response = await fetch(`${url}/audit?limit=1000${page}`);
    const { entries } = (await response.json()) as { entries: { version: number }[] };
    if (entries.length === 0) break;
    versions.push(...entries.map(({ version }) => version));
  }
  expect(versions).toEqual(Array.from(versions, (_, index) => versions.length - index));
}
