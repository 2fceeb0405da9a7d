import { printable } from '../look.ts';

const MOST_LINES = 10;

/** The lines of which one text has more than the other, some of them. */
export function differenceText(before: string, after: string): string {
  const [gone, come] = [linesBeyond(before, after), linesBeyond(after, before)];
  const lines = [...shown(gone, '-'), ...shown(come, '+')];
  return lines.length === 0 ? '  the same lines in another order' : lines.join('\n');
}

/** The lines of a text that the other has not, or not as often. */
function linesBeyond(text: string, other: string): string[] {
  const left = new Map<string, number>();
  for (const line of other.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  return text.split('\n').filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count < 1;
  });
}

function shown(lines: readonly string[], mark: string): string[] {
  const some = lines.slice(0, MOST_LINES).map((line) => `  ${mark} ${printable(line).trim()}`);
  const more = lines.length - some.length;
  return more > 0 ? [...some, `  ${mark} and ${String(more)} more`] : some;
}
