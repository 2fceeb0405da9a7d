import type { Output } from './config.ts';
import { cut, widthOf, type Look } from './look.ts';

/** A table for people: a header and rows of cells. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns that may be cut where the terminal is narrow; the widest is cut first. */
  readonly flexible?: readonly number[];
}

const GAP = '  ';
const NARROWEST = 8;

/** A document for programs, spelled as they asked. */
export async function spell(document: unknown, output: Exclude<Output, 'table'>): Promise<string> {
  if (output === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(document, { lineWidth: 0 });
}

/** The table as lines, each column as wide as its widest cell. */
export function tableText(table: Table, look: Look): string {
  const lines = [table.header.map((name) => name.toUpperCase()), ...table.rows];
  const widths = fitted(widthsOf(lines), table.flexible ?? [], look);
  const texts = lines.map((cells) => line(cells, widths, look));
  const [header = '', ...rows] = texts;
  return [look.paint('bold', header), ...rows].map((text) => `${text}\n`).join('');
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const cells of lines) {
    for (const [index, cell] of cells.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    }
  }
  return widths;
}

function fitted(widths: readonly number[], flexible: readonly number[], look: Look): number[] {
  const fit = [...widths];
  const total = (): number => fit.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  while (look.columns !== undefined && total() > look.columns) {
    const [widest] = flexible.toSorted((a, b) => (fit[b] ?? 0) - (fit[a] ?? 0));
    if (widest === undefined || (fit[widest] ?? 0) <= NARROWEST) break;
    const excess = total() - look.columns;
    fit[widest] = Math.max(NARROWEST, (fit[widest] ?? 0) - excess);
  }
  return fit;
}

function line(cells: readonly string[], widths: readonly number[], look: Look): string {
  const padded = cells.map((cell, index) => {
    const width = widths[index] ?? 0;
    const text = cut(cell, width, look.ellipsis);
    return text + ' '.repeat(Math.max(0, width - widthOf(text)));
  });
  return padded.join(GAP).trimEnd();
}

/** Names and what they are, one below the other; what is empty is left out. */
export function fieldsText(fields: readonly (readonly [string, string])[], look: Look): string {
  const shown = fields.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([name]) => widthOf(name)));
  return shown
    .map(([name, value]) => `${look.paint('dim', name.padEnd(width))}${GAP}${value}\n`)
    .join('');
}

/** "1 rule", "2 rules". */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
