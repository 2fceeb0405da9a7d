import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory that goes when the test ends. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'featureflags-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
