/** One thing that was measured, beside what it is compared with. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** Figures in the row's unit, by the name of their column. */
  readonly figures: Readonly<Record<string, number>>;
  /** What the target bounds: a ratio of two figures, or one of them. */
  readonly score: number;
  /** The most that the score may be; undefined if it is only shown. */
  readonly target: number | undefined;
}

/** True if the row has a target and misses it. */
export function misses(row: Row): boolean {
  return row.target !== undefined && row.score > row.target;
}

/** The rows as text in columns; a line of headings wherever the columns change. */
export function table(rows: readonly Row[]): string {
  const lines: string[][] = [];
  let before = '';
  for (const row of rows) {
    const headings = headingsOf(row);
    if (headings.join() !== before) lines.push([], headings);
    before = headings.join();
    lines.push(cellsOf(row));
  }
  return lines.map((cells) => cells.map(aligned).join('').trimEnd()).join('\n');
}

function headingsOf(row: Row): string[] {
  return ['', ...Object.keys(row.figures), 'unit', 'score', 'target', ''];
}

function cellsOf(row: Row): string[] {
  const target = row.target === undefined ? '' : `≤ ${String(row.target)}`;
  return [
    row.name,
    ...Object.values(row.figures).map(shown),
    row.unit,
    shown(row.score),
    target,
    misses(row) ? 'MISSED' : '',
  ];
}

function shown(figure: number): string {
  return figure.toFixed(figure < 10 ? 2 : 1);
}

function aligned(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(34) : cell.padStart(12);
}
