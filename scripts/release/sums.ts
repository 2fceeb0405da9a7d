// Checksums, in the form that sha256sum writes and checks.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SUMS = 'SHA256SUMS';

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Writes `SHA256SUMS` for the files of a folder. */
export function writeSums(folder: string, names: readonly string[]): void {
  const lines = names.toSorted().map((name) => `${sha256Of(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, SUMS), lines.join(''));
}

/** What the system's own program, the one that users have, says against a folder's `SHA256SUMS`. */
export function wrongSums(folder: string): string[] {
  const path = join(folder, SUMS);
  if (!existsSync(path)) return [`${path} is missing: whoever downloads could not check`];
  const [program = '', ...options] = checker();
  const { status, signal, stdout, stderr, error } = spawnSync(program, [...options, '-c', SUMS], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return [];
  const how = error?.message ?? `${program} ended with ${signal ?? String(status)}`;
  // Where the program does not start, it writes nothing.
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n');
  const wrong = lines.filter((line) => line !== '' && !line.endsWith(': OK'));
  return (wrong.length > 0 ? wrong : [how]).map((line) => `${path}: ${line}`);
}

/** GNU has sha256sum, macOS shasum. */
function checker(): string[] {
  try {
    execFileSync('sha256sum', ['--version'], { stdio: 'ignore' });
    return ['sha256sum'];
  } catch {
    return ['shasum', '-a', '256'];
  }
}
