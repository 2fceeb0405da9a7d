// npm shows where a package comes from only if the package says so itself, and refuses one whose
// provenance names another repository. In a workflow we know which it is.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * What would make npm refuse the tarballs' provenance.
 * @param repository `owner/name`, as GitHub Actions gives it; elsewhere there is nothing to check
 */
export function repositoryProblems(
  folder: string,
  tarballs: readonly string[],
  repository: string | undefined,
): string[] {
  if (repository === undefined) return [];
  const expected = `git+https://github.com/${repository}.git`;
  return tarballs.flatMap((name) => {
    const got = repositoryOf(join(folder, name));
    if (got === expected) return [];
    return [
      `${name}: its package.json has the repository ${got ?? '(none)'}, expected ${expected}: npm would refuse its provenance. The manifest that make packages writes must keep "repository"`,
    ];
  });
}

function repositoryOf(tarball: string): string | undefined {
  const text = execFileSync('tar', ['-xOzf', tarball, 'package/package.json'], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as { repository?: { url?: string } }).repository?.url;
}
