// What a release consists of: the files that people download, and the folder of dist/ where make
// puts each.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Asset {
  readonly name: string;
  /** The target of make that makes it, and the folder of dist/ where it lies then. */
  readonly target: keyof typeof FOLDERS;
}

/** Of dist/, by the target of make that fills them. */
const FOLDERS = { binaries: 'binaries', packages: 'packages', image: 'image' } as const;

export const BINARIES = [
  'ffctl-linux-amd64',
  'ffctl-linux-arm64',
  'ffctl-linux-amd64-musl',
  'ffctl-linux-arm64-musl',
  'ffctl-macos-amd64',
  'ffctl-macos-arm64',
  'ffctl-windows-amd64.exe',
] as const;

/** Whose code is in the binaries, under which licences: it goes along with them. */
const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/** An image's archives: all architectures as a registry has them, and one for each `docker load`. */
export interface Images {
  readonly oci: string;
  readonly docker: readonly string[];
}

export interface Packages {
  readonly server: string;
  readonly ffctl: string;
  readonly client: string;
  readonly wheel: string;
  readonly sdist: string;
  readonly crate: string;
}

export function packagesOf(version: string): Packages {
  return {
    server: `featureflags-${version}.tgz`,
    ffctl: `ffctl-${version}.tgz`,
    client: `featureflags-client-${version}.tgz`,
    wheel: `featureflags_client-${version}-py3-none-any.whl`,
    sdist: `featureflags_client-${version}.tar.gz`,
    crate: `featureflags-client-${version}.crate`,
  };
}

/** For machines without a network: `docker load`, `podman load`, `skopeo copy`. */
export function imagesOf(version: string, variant: '' | '-slim'): Images {
  const name = `featureflags-server-${version}${variant}`;
  const docker = ['amd64', 'arm64'].map((each) => `${name}-docker-${each}.tar.gz`);
  return { oci: `${name}.oci.tar`, docker };
}

/** Every file that is built; the bills of materials and the checksums are made from these. */
export function assetsOf(version: string): Asset[] {
  const images = [imagesOf(version, ''), imagesOf(version, '-slim')];
  const names = {
    binaries: [...BINARIES, NOTICES],
    packages: Object.values(packagesOf(version)) as string[],
    image: images.flatMap(({ oci, docker }) => [oci, ...docker]),
  };
  return Object.keys(FOLDERS).flatMap((word) => {
    const target = word as Asset['target'];
    return names[target].map((name) => ({ name, target }));
  });
}

export function pathOf(root: string, { name, target }: Asset): string {
  return join(root, 'dist', FOLDERS[target], name);
}

/** The assets that are not there, one line for each command that should have made them. */
export function missing(root: string, assets: readonly Asset[]): string[] {
  const gone = assets.filter((asset) => !existsSync(pathOf(root, asset)));
  const targets = [...new Set(gone.map(({ target }) => target))];
  return targets.map((target) => {
    const names = gone.filter((asset) => asset.target === target).map(({ name }) => name);
    return `make ${target} has not made ${names.join(', ')}`;
  });
}

/** What lies beside the assets of the version and would be left out of the release. */
export function surplus(root: string, assets: readonly Asset[]): string[] {
  const known = new Set(assets.map((asset) => pathOf(root, asset)));
  return Object.values(FOLDERS)
    .map((folder) => join(root, 'dist', folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS')
        .map((entry) => join(folder, entry.name)),
    )
    .filter((path) => !known.has(path));
}
