import type { Call } from './client.ts';
import { EXIT, Failure, type ExitCode } from './failure.ts';
import type { FlagChange, FlagView } from './flag.ts';
import { Refusal } from './problem.ts';
import { hint, type Session } from './session.ts';

/** What a change began with and what it led to. */
export interface Changed<T> {
  readonly before: T;
  readonly after: T;
}

const ATTEMPTS = 4;

/** The failure of a command on an archived flag, with what helps. */
export function archivedFailure(session: Session, key: string, exitCode: ExitCode): Failure {
  const restore = hint(session, `restore ${key}`);
  return new Failure(exitCode, `${key} is archived: ${restore} brings it back.`);
}

/** Why a flag is not found where users are served: an archived one is there, but serves nobody. */
export async function whyMissing(session: Session, key: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'FLAG_NOT_FOUND') return error;
  const flag = await readFlag(session, key).catch(() => undefined);
  return flag?.archived === true ? archivedFailure(session, key, EXIT.notFound) : error;
}

/** Reads one flag. */
export async function readFlag(session: Session, key: string): Promise<FlagView> {
  const client = await session.client();
  return client.send<FlagView>(flagCall(session, key));
}

/** The call for one flag in the environment that was asked for. */
export function flagCall(session: Session, key: string): Call {
  return { path: ['flags', key], query: { environment: session.settings.environment } };
}

/**
 * Changes a flag that is not archived: reads it, asks `edit` what to change, and writes it back if nobody was faster;
 * else once more.
 * @param edit undefined if nothing is to be changed
 */
export async function changeFlag(
  session: Session,
  key: string,
  edit: (flag: FlagView) => FlagChange | undefined,
): Promise<Changed<FlagView>> {
  return change<FlagView>(session, flagCall(session, key), (flag) => {
    // Archived, it serves nobody, so that "done" would promise too much.
    if (flag.archived) throw archivedFailure(session, key, EXIT.conflict);
    return edit(flag);
  });
}

/** Reads, edits and writes back what has a version. */
export async function change<T extends { readonly version: number }>(
  session: Session,
  call: Call,
  edit: (current: T) => object | undefined,
): Promise<Changed<T>> {
  const client = await session.client();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await client.send<T>(call);
    const body = edit(before);
    if (body === undefined) return { before, after: before };
    const headers = { 'If-Match': `"${String(before.version)}"` };
    const after = await client
      .send<T>({ ...call, method: 'POST', body, headers })
      .catch(passConflict);
    if (after !== undefined) return { before, after };
  }
  throw new Failure(
    EXIT.conflict,
    `${call.path.at(-1) ?? ''} was changed by others each of the ${String(ATTEMPTS)} times this was ` +
      'tried, and is as they left it. Run the command again.',
  );
}

function passConflict(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'VERSION_CONFLICT') return undefined;
  throw error;
}
