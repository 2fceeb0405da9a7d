import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { baseImage } from './base.ts';
import { engine } from './engine.ts';

/** The images of docker/Dockerfile; `node` is only made to be compared with. */
export type Kind = 'server' | 'slim' | 'node';
export type Architecture = 'amd64' | 'arm64';

/** What people pull. */
const REPOSITORY = 'featureflags/server';

/** Where a certificate lies that npm is to trust while an image is built. */
const CERTIFICATE = '/etc/ssl/extra.crt';

/** The version of all parts. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
).version;

/** The architecture of this machine. */
export const NATIVE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** The name of an image in the local store. */
export function nameOf(kind: Kind, architecture: Architecture): string {
  const tag = kind === 'server' ? VERSION : `${VERSION}-${kind}`;
  return `localhost/${REPOSITORY}:${architecture === NATIVE ? tag : `${tag}-${architecture}`}`;
}

/** Builds an image by the steps of docker/Dockerfile. */
export function build(kind: Kind, architecture: Architecture): void {
  const commit = lastCommit();
  const certificate = extraCertificate();
  const values = {
    BASE: baseImage(),
    BUILDPLATFORM: `linux/${NATIVE}`,
    VERSION,
    REVISION: commit.hash,
    CREATED: commit.time,
    ...certificate.values,
  };
  const args = Object.entries(values).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  const how = ['--isolation', 'chroot', '--format', 'docker', '--layers', '--pull-never'];
  const time = ['--timestamp', String(Date.parse(commit.time) / 1000)];
  const what = ['--file', join(ROOT, 'docker/Dockerfile'), '--target', kind];
  const platform = ['--platform', `linux/${architecture}`, '--tag', nameOf(kind, architecture)];
  const words = [...how, ...time, ...certificate.mount, ...args, ...what, ...platform];
  engine('buildah', 'bud', ...words, ROOT);
}

/** The commit's time makes two builds of it the same, byte for byte. */
function lastCommit(): { readonly hash: string; readonly time: string } {
  const git = ['log', '-1', '--format=%H %cI'];
  const text = execFileSync('git', git, { encoding: 'utf8', cwd: ROOT }).trim();
  const [hash = '', time = ''] = text.split(' ');
  return { hash, time: new Date(time).toISOString() };
}

/** A machine behind a proxy of its company says in NODE_EXTRA_CA_CERTS whom npm is to trust. */
function extraCertificate(): { values: Record<string, string>; mount: readonly string[] } {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') return { values: {}, mount: [] };
  return {
    values: { NODE_EXTRA_CA_CERTS: CERTIFICATE },
    mount: ['--volume', `${file}:${CERTIFICATE}:ro`],
  };
}
