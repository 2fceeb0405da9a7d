import { styleText } from 'node:util';
import type { Io } from './io.ts';

type Style = Extract<Parameters<typeof styleText>[0], string>;

/** How text looks where it is read: colours, marks and width. */
export interface Look {
  readonly paint: (style: Style, text: string) => string;
  /** A mark for "yes" and one for "no". */
  readonly mark: (yes: boolean) => string;
  readonly ellipsis: string;
  readonly arrow: string;
  /** How wide a line may be; undefined where nobody counts. */
  readonly columns: number | undefined;
}

/** The look of a place: colours on a terminal only, marks where the locale has them. */
export function lookOf(io: Pick<Io, 'isTerminal' | 'columns' | 'env'>, color: boolean): Look {
  const paint = (style: Style, text: string): string =>
    color && io.isTerminal ? styleText(style, text, { validateStream: false }) : text;
  const unicode = knowsUnicode(io.env);
  return {
    paint,
    mark: (yes) => paint(yes ? 'green' : 'red', unicode ? (yes ? '✓' : '✗') : yes ? '+' : '-'),
    ellipsis: unicode ? '…' : '...',
    arrow: unicode ? '→' : '->',
    columns: io.isTerminal ? io.columns : undefined,
  };
}

function knowsUnicode(env: Io['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  // Windows has no locale variables, and its terminals know Unicode.
  return /utf-?8/i.test(locale) || env['WT_SESSION'] !== undefined;
}

// What a terminal would obey instead of showing.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text from elsewhere as one line that a terminal only shows: no escape sequence gets through. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) =>
    character === '\n' || character === '\t'
      ? ' '
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A JSON value as people read it in a line. */
export function shownValue(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

const ESCAPES = /\u001b\[[0-9;]*m/g;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(ESCAPES, '')) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text, cut to a width. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > width - ellipsis.length) break;
    kept += character;
  }
  return kept + ellipsis;
}
