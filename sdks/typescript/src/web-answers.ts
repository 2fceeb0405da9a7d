import type { JsonObject } from '@featureflags/core';

import type { Answer } from './details.ts';
import { parsedJson } from './json.ts';
import { readBulk } from './ofrep.ts';
import { pageStorage } from './page.ts';
import { reasonOf, type Reports } from './reports.ts';

/** What the server evaluated for one context. */
export interface Answers {
  readonly flags: ReadonlyMap<string, Answer>;
  readonly source: 'storage' | 'network';
  /** The tag that they came with; null if they are not the server's of now. */
  readonly etag: string | null;
}

/** The keys whose answers are other than before, sorted. */
export function changedAnswers(before: Answers | undefined, after: Answers): string[] {
  const keys = new Set([...(before?.flags.keys() ?? []), ...after.flags.keys()]);
  const text = (answers: Answers | undefined, key: string): string =>
    JSON.stringify(answers?.flags.get(key)) ?? '';
  return [...keys].filter((key) => text(before, key) !== text(after, key)).toSorted();
}

/** Whose answers they are. */
export interface Visitor {
  readonly url: string;
  readonly environment: string | undefined;
  readonly context: JsonObject;
}

const PREFIX = 'featureflags:';

/** Keeps the text of an answer for the next visit, under the address that it came from. */
export function store(
  { url, environment = '', context }: Visitor,
  text: string,
  reports: Reports,
): void {
  try {
    const kept = JSON.stringify({ context: JSON.stringify(context), text });
    pageStorage()?.setItem(`${PREFIX}${url}\n${environment}`, kept);
    reports.over('disk');
  } catch (error) {
    reports.problem(
      'disk',
      `the answers cannot be kept in localStorage: ${reasonOf(error)}. The next visit begins without them`,
    );
  }
}

/** What the last visit left, if it was of the same context. */
export function restored({ url, environment = '', context }: Visitor): Answers | undefined {
  try {
    const text = pageStorage()?.getItem(`${PREFIX}${url}\n${environment}`);
    if (text === null || text === undefined) return undefined;
    const kept = parsedJson(text) as { context?: unknown; text?: unknown } | undefined;
    if (kept?.context !== JSON.stringify(context) || typeof kept.text !== 'string')
      return undefined;
    const bulk = readBulk(kept.text);
    return bulk && { flags: bulk.answers, source: 'storage', etag: null };
  } catch {
    // A storage that somebody else has written to, or that may not be read: as if it were empty.
    return undefined;
  }
}
