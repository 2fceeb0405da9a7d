// Files that carry images to machines that reach no registry.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { nameOf, VERSION, type Architecture, type Kind } from './build.ts';
import { attempt, engine } from './engine.ts';

const ZSTD = ['--dest-compress', '--dest-compress-format', 'zstd', '--dest-compress-level', '19'];

/**
 * One image for `docker load` and `podman load`, gzipped.
 * @param out the folder
 * @returns the file's name
 */
export function dockerArchive(kind: Kind, architecture: Architecture, out: string): string {
  const { file, tag } = names(kind);
  const name = `${file}-docker-${architecture}.tar`;
  const path = join(out, name);
  const store = `containers-storage:${nameOf(kind, architecture)}`;
  engine('skopeo', 'copy', '--quiet', store, `docker-archive:${path}:${tag}`);
  // Without -n the time would be in it, and two builds would differ.
  execFileSync('gzip', ['-n', path]);
  return `${name}.gz`;
}

/**
 * All architectures of an image as registries keep it, its layers by zstd: what a pull moves. OCI's
 * form has no place for a health check.
 * @param out the folder
 * @returns the file's name
 */
export function ociArchive(
  kind: Kind,
  architectures: readonly Architecture[],
  out: string,
): string {
  const { file, tag } = names(kind);
  const list = `localhost/featureflags-list:${kind}`;
  const work = mkdtempSync(join(ROOT, '.cache/containers/list-'));
  try {
    attempt('buildah', 'manifest', 'rm', list);
    engine('buildah', 'manifest', 'create', list);
    for (const architecture of architectures) {
      const image = `containers-storage:${nameOf(kind, architecture)}`;
      engine('buildah', 'manifest', 'add', '--arch', architecture, list, image);
    }
    const plain = `oci:${join(work, 'layout')}:${tag}`;
    engine('buildah', 'manifest', 'push', '--quiet', '--all', '--format', 'oci', list, plain);
    const path = `oci-archive:${join(out, `${file}.oci.tar`)}:${tag}`;
    engine('skopeo', 'copy', '--quiet', '--all', ...ZSTD, plain, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return `${file}.oci.tar`;
}

function names(kind: Kind): { readonly file: string; readonly tag: string } {
  const version = kind === 'server' ? VERSION : `${VERSION}-${kind}`;
  return { file: `featureflags-server-${version}`, tag: `featureflags/server:${version}` };
}
