// What images are built in where Docker Hub is not to be reached: Debian with Node and npm, as the
// Dockerfile's own base has them.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { SUITE } from '../debian.ts';
import { addNodeAndNpm } from '../node-and-npm.ts';
import { ROOT } from '../root.ts';
import { ask, engine } from './engine.ts';

const NAME = `localhost/featureflags-base:${SUITE}`;

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
    const container = ask('buildah', 'from', 'scratch');
    engine('buildah', 'add', '--quiet', container, debian, '/');
    engine('buildah', 'add', '--quiet', container, join(work, 'node'), '/');
    engine('buildah', 'config', '--env', `PATH=${PATH}`, container);
    engine('buildah', 'commit', '--quiet', '--rm', container, NAME);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return NAME;
}
