// The npm packages that are bundled into a program of the workspace, from package-lock.json.
//
// Not from `npm sbom --omit dev`: npm 11 leaves out what a package for development needs as well
// (hono, yaml and smol-toml here), and counts optional peers that happen to be installed.

import type { Part } from './bom.ts';
import type { Lock, Locked } from './workspaces.ts';

/**
 * What the package in `folder` depends on at run time. The workspace's own packages are part of
 * the program, so only what they depend on is listed.
 * @throws Error when the lock file does not have a package that is asked for
 */
export function npmParts(lock: Lock, folder: string): Part[] {
  const parts = new Map<string, Part>();
  const direct = new Set(visit(lock, folder, parts));
  return [...parts.values()].map((part) => ({ ...part, direct: direct.has(part.purl) }));
}

/** Adds what `folder` depends on to `parts`, and answers with the purls of it. */
function visit(lock: Lock, folder: string, parts: Map<string, Part>): string[] {
  return Object.keys(lock.packages[folder]?.dependencies ?? {}).flatMap((name) => {
    const { path, locked } = resolved(lock, folder, name);
    if (locked.resolved !== undefined && locked.resolved in lock.packages) {
      return visit(lock, locked.resolved, parts);
    }
    const purl = purlOf(name, locked);
    if (!parts.has(path)) {
      parts.set(path, partOf(name, locked, []));
      parts.set(path, partOf(name, locked, visit(lock, path, parts)));
    }
    return [purl];
  });
}

/** As Node finds a package: in the folder's own node_modules, then in those above it. */
function resolved(lock: Lock, folder: string, name: string): { path: string; locked: Locked } {
  const steps = folder.split('/');
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const path = [...steps.slice(0, depth), 'node_modules', name].join('/');
    const locked = lock.packages[path];
    if (locked !== undefined) return { path, locked };
  }
  throw new Error(
    `package-lock.json has no ${name}, which ${folder} depends on. Run npm install, and commit it.`,
  );
}

function partOf(name: string, locked: Locked, uses: readonly string[]): Part {
  const [, sha512] = /^sha512-(\S+)$/.exec(locked.integrity ?? '') ?? [];
  return {
    type: 'library',
    name,
    version: locked.version ?? '',
    purl: purlOf(name, locked),
    ...(locked.license === undefined ? {} : { license: locked.license }),
    ...(sha512 === undefined
      ? {}
      : { hash: { alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') } }),
    direct: false,
    uses,
  };
}

function purlOf(name: string, { version = '' }: Locked): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
