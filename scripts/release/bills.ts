// The bills of materials of a release: one for each thing that somebody installs.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BINARIES, imagesOf, packagesOf } from './assets.ts';
import { bom, type Part, problemOf, type Subject } from './bom.ts';
import { cargoParts } from './cargo-parts.ts';
import { imageParts } from './image-parts.ts';
import { npmParts } from './npm-parts.ts';
import { sha256Of } from './sums.ts';
import { readLock, readManifest } from './workspaces.ts';

interface Bill {
  /** Without the version and `.cdx.json`. */
  readonly file: string;
  readonly type: Subject['type'];
  readonly name: string;
  /** The kind of its purl. */
  readonly kind: 'npm' | 'pypi' | 'cargo' | 'generic' | 'docker';
  readonly files: readonly string[];
  readonly parts: () => readonly Part[];
}

/**
 * Writes the bills into the folder of the release, each after a check by CycloneDX' schema.
 * @param root the repository
 * @param folder where the assets of the version are
 * @param time when the commit was made, in seconds since 1970
 * @returns the names of the files; what is wrong with them is thrown
 */
export async function writeBills(
  root: string,
  folder: string,
  { version, time }: { version: string; time: number },
): Promise<string[]> {
  const names: string[] = [];
  const bills = [...packageBills(root, version), ...programBills(root, folder, version)];
  for (const { file, type, name, kind, files, parts } of bills) {
    const listed = files.map((path) => ({ name: path, sha256: sha256Of(join(folder, path)) }));
    const purl = `pkg:${kind}/${name}@${version}`;
    const text = bom({ type, name, version, purl, files: listed }, parts(), time);
    const path = `${file}-${version}.cdx.json`;
    const problem = await problemOf(text);
    if (problem !== undefined) throw new Error(`${path} is not CycloneDX: ${problem}`);
    writeFileSync(join(folder, path), text);
    names.push(path);
  }
  return names;
}

function packageBills(root: string, version: string): Bill[] {
  const { server, ffctl, client, wheel, sdist, crate } = packagesOf(version);
  const npm = (workspace: string) => () => npmParts(readLock(root), workspace);
  const program = { kind: 'npm', type: 'application' } as const;
  const library = { type: 'library', name: 'featureflags-client' } as const;
  const file = (registry: string): string => `featureflags-client-${registry}`;
  const rust = (): Part[] => cargoParts(join(root, 'sdks/rust'));
  // The Python package depends on nothing: what brings something along is an extra.
  const none = (): Part[] => [];
  return [
    {
      ...program,
      file: 'featureflags-npm',
      name: 'featureflags',
      files: [server],
      parts: npm('server'),
    },
    { ...program, file: 'ffctl-npm', name: 'ffctl', files: [ffctl], parts: npm('cli') },
    { ...library, file: file('npm'), kind: 'npm', files: [client], parts: npm('sdks/typescript') },
    { ...library, file: file('pypi'), kind: 'pypi', files: [wheel, sdist], parts: none },
    { ...library, file: file('cargo'), kind: 'cargo', files: [crate], parts: rust },
  ];
}

function programBills(root: string, folder: string, version: string): Bill[] {
  const images = [imagesOf(version, ''), imagesOf(version, '-slim')];
  const program = (): Part[] => [...npmParts(readLock(root), 'cli'), bun(root)];
  const libraries = (): Part[] => images.flatMap(({ oci }) => imageParts(join(folder, oci)));
  return [
    {
      file: 'ffctl-binaries',
      type: 'application',
      name: 'ffctl',
      kind: 'generic',
      files: BINARIES,
      parts: program,
    },
    {
      file: 'featureflags-server-image',
      type: 'container',
      name: 'featureflags/server',
      kind: 'docker',
      files: images.flatMap(({ oci, docker }) => [oci, ...docker]),
      parts: () => [...program(), ...unique(libraries())],
    },
  ];
}

/** The runtime inside of the binaries. Its vulnerabilities are told under its name at npm. */
function bun(root: string): Part {
  const version = readManifest(root).optionalDependencies?.['@oven/bun-linux-x64'];
  if (version === undefined) {
    throw new Error(
      'package.json has no optional dependency @oven/bun-linux-x64 any more: say in scripts/release/bills.ts where the version of Bun is',
    );
  }
  const purl = `pkg:npm/bun@${version}`;
  return { type: 'platform', name: 'bun', version, purl, license: 'MIT', direct: true, uses: [] };
}

function unique(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [part.purl, part])).values()];
}
