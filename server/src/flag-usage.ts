import { readDuration } from './duration.ts';
import { Problem } from './errors.ts';
import type { FlagView } from './flag-view.ts';
import type { Tallies, Tally } from './stores/store.ts';

/** How a flag is used in one environment. */
export interface FlagUsage {
  /** RFC 3339; null if no evaluation was counted. */
  readonly lastEvaluated: string | null;
  /** By variant. */
  readonly evaluations: Readonly<Record<string, Tally>>;
}

/** What a view tells of use: it changes by itself, so whoever sends it back means nothing by it. */
export const USAGE_FIELDS: readonly string[] = ['lastEvaluated', 'evaluations'];

/** How a flag was used, as far as it was counted. */
export function usageOf({ flags }: Tallies, key: string): FlagUsage {
  const variants = [...(flags.get(key) ?? [])];
  const lasts = variants.map(([, { last }]) => last).toSorted();
  return { lastEvaluated: lasts.at(-1) ?? null, evaluations: Object.fromEntries(variants) };
}

/**
 * True if nobody was counted to have asked for the flag since then, and it is older than that.
 * @param since Unix time in milliseconds
 */
export function isUnused(
  { createdAt }: Pick<FlagView, 'createdAt'>,
  { lastEvaluated }: Pick<FlagUsage, 'lastEvaluated'>,
  since: number,
): boolean {
  return Date.parse(lastEvaluated ?? createdAt) < since && Date.parse(createdAt) < since;
}

/**
 * When the time of `unused=30d` began.
 * @returns Unix time in milliseconds
 * @throws INVALID_QUERY
 */
export function unusedSince(unused: string, now: Date): number {
  const time = readDuration(unused);
  if (time !== undefined) return now.getTime() - time;
  const message = `expected a time such as 30d, 12h or 2w, got ${JSON.stringify(unused)}`;
  const issues = [{ path: '/unused', code: 'value' as const, message }];
  throw new Problem('INVALID_QUERY', `unused: ${message}`, { issues });
}
