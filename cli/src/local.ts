import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, Failure, wrongUse } from './failure.ts';

// The only file that reaches into the server package, and only when a command needs it.

/** A flags file behind the same API that a server has. */
export interface OpenFile {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** One setting of the server, and where it comes from. */
export interface ServerSetting {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

/** What is found only where no field is wrong any more. */
const LATER: ReadonlySet<string> = new Set(['reference', 'pattern', 'cycle']);

/** A flags file that cannot be used. */
export class InvalidFile extends Failure {
  /** True if what was found is of a kind that keeps the rest from being looked at. */
  readonly hidesMore: boolean;

  constructor(message: string, cause: unknown) {
    super(EXIT.failed, message);
    this.name = 'InvalidFile';
    const { details } = cause as { details?: { issues?: readonly { readonly code: string }[] } };
    this.hidesMore = (details?.issues ?? []).every(({ code }) => !LATER.has(code));
  }
}

/**
 * Opens a flags file.
 * @param absent what becomes of a file that is not there
 * @throws Failure naming each line that is wrong
 */
export async function openFlagsFile(
  name: string,
  cwd: string,
  absent: 'make' | 'refuse',
): Promise<OpenFile> {
  const path = resolve(cwd, name);
  if (absent === 'refuse' && !existsSync(path)) {
    throw wrongUse(`There is no file ${name}. Make one: ffctl create my_flag --file ${name}`);
  }
  const { openFile } = await import('featureflags');
  const opened = await openFile(path).catch((error: unknown) => {
    const message = (error as Error).message.replaceAll(path, name);
    throw new InvalidFile(message, error);
  });
  return { fetch: async (request) => opened.fetch(request), close: () => opened.close() };
}

/** Runs a server until it is stopped; returns its exit code. */
export async function runServer(args: readonly string[]): Promise<number> {
  const { serve } = await import('featureflags');
  return serve(args);
}

/** The settings that a server would run with. */
export async function serverSettings(args: readonly string[]): Promise<readonly ServerSetting[]> {
  const { effectiveConfig } = await import('featureflags');
  try {
    return effectiveConfig(args);
  } catch (error) {
    throw wrongUse((error as Error).message);
  }
}
