// What images are built in where Docker Hub is not to be reached: Debian with Node and npm, as the
// Dockerfile's own base has them.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { SUITE } from '../debian.ts';
import { addNodeAndNpm, NPM } from '../node-and-npm.ts';
import { ROOT } from '../root.ts';
import { ask, attempt, engine } from './engine.ts';

/** With all that is in it: an older one in the store is not taken for it. */
const NAME = `localhost/featureflags-base:${SUITE}-node${process.versions.node}-${NPM.replace('@', '')}`;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The image to build in: FF_IMAGE_BASE, or one that is made of Debian's and npm's packages. */
export function baseImage(): string {
  const given = process.env['FF_IMAGE_BASE'];
  if (given !== undefined && given !== '') return given;
  if (ask('podman', 'images', '--quiet', NAME) !== '') return NAME;
  console.log('Making a base of Debian, Node and npm…');
  const work = mkdtempSync(join(ROOT, '.cache/base-'));
  try {
    const debian = join(work, 'debian.tar');
    engine('mmdebstrap', '--variant=minbase', '--mode=root', '--quiet', SUITE, debian);
    addNodeAndNpm(join(work, 'node'));
    commit([debian, join(work, 'node')]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return NAME;
}

/** Makes the image of what lies in folders or tars. */
function commit(contents: readonly string[]): void {
  const container = ask('buildah', 'from', 'scratch');
  try {
    for (const each of contents) engine('buildah', 'add', '--quiet', container, each, '/');
    engine('buildah', 'config', '--env', `PATH=${PATH}`, container);
    engine('buildah', 'commit', '--quiet', container, NAME);
  } finally {
    attempt('buildah', 'rm', container);
  }
}
