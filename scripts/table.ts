/** Rows as a table of Markdown, which is also one for a terminal: numbers to the right. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const columns = headings.map((heading, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    const width = Math.max(3, ...[heading, ...cells].map((cell) => cell.length));
    return { width, isNumeric: cells.length > 0 && cells.every(isNumber) };
  });
  const line = (cells: readonly string[]): string =>
    `| ${columns.map(({ width, isNumeric }, index) => padded(cells[index] ?? '', width, isNumeric)).join(' | ')} |`;
  const rule = columns.map(({ width, isNumeric }) =>
    isNumeric ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}

function isNumber(cell: string): boolean {
  return /^(?:[\d.,]+|–|)$/.test(cell);
}

function padded(cell: string, width: number, isNumeric: boolean): string {
  return isNumeric ? cell.padStart(width) : cell.padEnd(width);
}
