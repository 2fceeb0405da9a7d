// Finds copied code: the same run of lines in two places. Indentation, blank lines, comments,
// imports and lines of brackets alone do not count.

import { globSync, readFileSync } from 'node:fs';

export interface SourceFile {
  path: string;
  text: string;
}

export interface Duplicate {
  first: Place;
  second: Place;
  lines: number;
}

interface Place {
  path: string;
  line: number;
}

interface CodeLine extends Place {
  text: string;
}

/** Tests repeat their set-up for the reader's sake, so they may repeat more. */
const suites = [
  { name: 'sources', atLeast: 12, isIncluded: (path: string) => !isTest(path) },
  { name: 'tests', atLeast: 25, isIncluded: isTest },
];

/** The longest runs of at least so many equal lines, each told once. */
export function duplicates(files: SourceFile[], atLeast: number): Duplicate[] {
  const sources = files.map(codeLines);
  const firstOf = new Map<string, { source: number; index: number }>();
  const found: Duplicate[] = [];
  for (const [source, lines] of sources.entries()) {
    let index = 0;
    while (index + atLeast <= lines.length) {
      const key = window(lines, index, atLeast);
      const first = firstOf.get(key);
      const isElsewhere = first && (first.source !== source || first.index + atLeast <= index);
      const duplicate = isElsewhere && run(sources[first.source] ?? [], first.index, lines, index);
      if (duplicate) found.push(duplicate);
      if (!first) firstOf.set(key, { source, index });
      index += duplicate ? duplicate.lines : 1;
    }
  }
  return found;
}

function run(
  before: CodeLine[],
  beforeIndex: number,
  lines: CodeLine[],
  index: number,
): Duplicate | undefined {
  const [first, second] = [before[beforeIndex], lines[index]];
  if (!first || !second) return undefined;
  let length = 0;
  while (index + length < lines.length) {
    if (before[beforeIndex + length]?.text !== lines[index + length]?.text) break;
    length += 1;
  }
  return { first, second, lines: length };
}

function window(lines: CodeLine[], index: number, length: number): string {
  return lines
    .slice(index, index + length)
    .map((line) => line.text)
    .join('\n');
}

function codeLines({ path, text }: SourceFile): CodeLine[] {
  return withoutImports(text)
    .split('\n')
    .map((line, index) => ({ path, line: index + 1, text: line.trim() }))
    .filter((line) => /\w/.test(line.text) && !/^(\/\/|\/?\*)/.test(line.text));
}

/** Import statements become blank lines, so that the line numbers stay. */
function withoutImports(text: string): string {
  return text.replaceAll(/^import\b[^;]*;/gm, (statement) => statement.replaceAll(/[^\n]/g, ''));
}

function isTest(path: string): boolean {
  return /\.(test|contract|fixture)\.ts$/.test(path);
}

function main(): void {
  const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    workspaces: string[];
  };
  const packages = workspaces.map((folder) => `${folder}/{src,bin}/**/*.{ts,js}`);
  const paths = globSync([...packages, 'scripts/**/*.{ts,js}']).toSorted();
  const files = paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  let count = 0;
  for (const { name, atLeast, isIncluded } of suites) {
    const found = duplicates(
      files.filter(({ path }) => isIncluded(path)),
      atLeast,
    );
    count += found.length;
    for (const { first, second, lines } of found) {
      const places = `${first.path}:${first.line} and ${second.path}:${second.line}`;
      console.error(`${places}: ${lines} equal lines (${name} may repeat ${atLeast - 1})`);
      console.error('    to do: move them into one function in a file named after what it does');
    }
  }
  console.log(`duplicates: ${files.length} files, ${count} found`);
  process.exitCode = count === 0 ? 0 : 1;
}

if (import.meta.main) main();
