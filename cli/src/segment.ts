import type { ConditionView } from './flag.ts';
import { printable } from './look.ts';
import { fieldsText } from './output.ts';
import type { Session } from './session.ts';
import { timesOf } from './flag-page.ts';
import { valueWords, whenWords } from './words.ts';

/** A group of users, as the API shows it. */
export interface SegmentView {
  readonly key: string;
  readonly description: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly any: readonly (readonly ConditionView[])[];
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a request may change of a segment. */
export interface SegmentChange {
  readonly description?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly any?: readonly (readonly ConditionView[])[];
}

/** Who is in a segment by its conditions, in words. */
export function groupWords(segment: Pick<SegmentView, 'any'>): string {
  return segment.any.map((group) => whenWords(group)).join(', or ');
}

/** One segment on a page, for people. */
export function segmentPage(
  segment: SegmentView,
  { look, settings }: Pick<Session, 'look' | 'settings'>,
): string {
  const title = look.paint('bold', segment.key);
  const { description } = segment;
  const fields: [string, string][] = [
    ['includes', valueWords(segment.include, 'and')],
    ['excludes', valueWords(segment.exclude, 'and')],
    ['and whoever', groupWords(segment)],
    ['version', String(segment.version)],
    ...timesOf(segment, settings),
  ];
  const head = description === '' ? title : `${title}: ${printable(description)}`;
  return `${head}\n${fieldsText(fields, look)}`;
}
