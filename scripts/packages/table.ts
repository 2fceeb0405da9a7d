import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { tableText } from '../table.ts';
import type { Results } from './checks.ts';

/** What was built for a package. */
export interface Artefact {
  /** As in the results of the checks. */
  readonly package: string;
  readonly path: string;
}

/** Prints what was built, how large it is, and how many checks each package passed. */
export function printTable(artefacts: readonly Artefact[], results: Results): void {
  const head = ['package', 'file', 'kB', 'unpacked', 'files', 'checks'];
  console.log(
    `\n${tableText(
      head,
      artefacts.map((artefact) => rowOf(artefact, results)),
    )}`,
  );
  for (const { package: name, name: what, note, isPassed } of results) {
    if (/memory|first answer/.test(note) && isPassed) console.log(`${name}, ${what}: ${note}`);
  }
}

function rowOf({ package: name, path }: Artefact, results: Results): string[] {
  const own = results.filter((result) => result.package === name);
  const passed = own.filter(({ isPassed }) => isPassed).length;
  const { bytes, files } = unpacked(path);
  const size = [statSync(path).size, bytes].map((length) => (length / 1000).toFixed(0));
  return [name, basename(path), ...size, String(files), `${String(passed)}/${String(own.length)}`];
}

function unpacked(path: string): { bytes: number; files: number } {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-sizes-'));
  try {
    if (path.endsWith('.whl')) execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
    else execFileSync('tar', ['-xzf', path, '-C', folder]);
    const files = globSync('**', { cwd: folder })
      .map((name) => statSync(join(folder, name)))
      .filter((entry) => entry.isFile());
    return { bytes: files.reduce((sum, { size }) => sum + size, 0), files: files.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
