import type { Command } from 'commander';
import { createClient, type Client } from './client.ts';
import { readSettings, type GlobalOptions, type Settings } from './config.ts';
import { Failure, wrongUse } from './failure.ts';
import type { Io } from './io.ts';
import { openFlagsFile } from './local.ts';
import { lookOf, type Look } from './look.ts';
import { spell } from './output.ts';

/** What a command works with, from the first look at its options to its last line. */
export interface Session {
  readonly io: Io;
  readonly settings: Settings;
  readonly look: Look;
  /** Opened at the first use, so that wrong use is told before anything is asked. */
  readonly client: (absent?: Absent) => Promise<Client>;
  /** Answers: the document for programs, the text for people. */
  readonly show: (document: unknown, text: () => string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What becomes of a flags file that is not there: only what creates something makes it. */
type Absent = 'make' | 'refuse';

/** What a command does; its arguments are commander's: operands, then options. */
type Work<A extends unknown[]> = (session: Session, ...args: A) => Promise<void>;

/** Turns a command's work into a commander action. */
export type Act = <A extends unknown[]>(work: Work<A>) => (...args: unknown[]) => Promise<void>;

/** The actions of one invocation. */
export function acting(io: Io): Act {
  return (work) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const session = await openSession(command.optsWithGlobals(), io);
      try {
        // Commander gives what the command declares: the work's parameters say the same.
        await work(session, ...(args.slice(0, -1) as Parameters<typeof work> as never));
      } finally {
        await session.close();
      }
    };
}

async function openSession(options: GlobalOptions, io: Io): Promise<Session> {
  const settings = await readSettings(options, io);
  const look = lookOf(io, settings.color);
  let opened: Promise<Client> | undefined;
  return {
    io,
    settings,
    look,
    client: async (absent = 'refuse') => (opened ??= connect(settings, io, { absent })),
    show: async (document, text) => {
      io.out(settings.output === 'table' ? text() : await spell(document, settings.output));
    },
    close: async () => {
      if (opened !== undefined) await opened.then(async (client) => client.close(), nothing);
    },
  };
}

interface Connecting {
  readonly absent: Absent;
  /** How long an answer may take, in milliseconds. */
  readonly timeout?: number;
}

/** Connects to the server, or opens the file in its place. */
export async function connect(
  { server, token, file }: Settings,
  io: Io,
  { absent, ...patience }: Connecting,
): Promise<Client> {
  const actor = io.userName;
  if (file === undefined)
    return createClient({ server, token, actor, fetch: io.fetch, ...patience });
  const opened = await openFlagsFile(file, io.cwd, absent);
  return createClient({ server: IN_PROCESS, token: undefined, actor, ...opened });
}

/** No request to it leaves the process. */
const IN_PROCESS = 'http://localhost';

function nothing(): void {
  // It could not be opened, so there is nothing to close; the command has told why.
}

/** Asks for a word before something that cannot be undone. */
export async function confirm(
  session: Session,
  what: string,
  { word, yes }: { readonly word: string; readonly yes: boolean | undefined },
): Promise<void> {
  if (yes === true) return;
  if (!session.io.isInteractive) {
    throw wrongUse(`${what} This cannot be undone: add --yes to do it without being asked.`);
  }
  const answer = await session.io.ask(`${what} This cannot be undone. Type ${word} to do it: `);
  if (answer.trim() !== word) throw new Failure(1, 'Nothing was changed.');
}

/** A command that people can copy, with the options that took them here. */
export function hint({ settings, look }: Session, command: string): string {
  return look.paint('bold', ['ffctl', command, ...settings.repeated].join(' '));
}
