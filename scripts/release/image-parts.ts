// What an image has beside the program, read from the image itself: the C library of its base.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import type { Part } from './bom.ts';

interface Index {
  readonly manifests: readonly Descriptor[];
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Config {
  readonly architecture: string;
}

/** The shared libraries that glibc consists of; whatever else an image has must be told here. */
const GLIBC = /(^|\/)(ld-linux[\w-]*|lib(c|m|dl|rt|pthread|resolv|nss_\w+))\.so(\.\d+)*$/;
const SHARED = /\.so(\.\d+)*$/;
// As in "GNU C Library (Debian GLIBC 2.36-9+deb12u13) stable release version 2.36."
const BANNER = /GNU C Library \(Debian GLIBC ([^)]+)\)/;

/**
 * The C libraries in an OCI archive, one for each architecture.
 * @param archive the path of a tar with an OCI layout
 * @throws Error when the image has a library that no bill would tell of
 */
export function imageParts(archive: string): Part[] {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    execFileSync('tar', ['-xf', archive, '-C', folder]);
    return manifestsOf(folder, json(folder, 'index.json') as Index).flatMap((manifest) =>
      libraryOf(folder, manifest, archive),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The images of an index; an index may lie in an index. Attestations are no images. */
function manifestsOf(folder: string, { manifests }: Index): Manifest[] {
  return manifests
    .filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined)
    .flatMap((descriptor) =>
      /index|manifest\.list/.test(descriptor.mediaType)
        ? manifestsOf(folder, json(folder, blob(descriptor)) as Index)
        : [json(folder, blob(descriptor)) as Manifest],
    );
}

/** Every layer is looked into: one after the C library's may bring something along too. */
function libraryOf(folder: string, { config, layers }: Manifest, archive: string): Part[] {
  const { architecture } = json(folder, blob(config)) as Config;
  return layers.flatMap((layer) => {
    const tar = unpacked(readFileSync(join(folder, blob(layer))));
    const names = tarOf(tar, '-tf', '-').toString().split('\n');
    const libraries = names.filter((name) => SHARED.test(name));
    const unknown = libraries.filter((name) => !GLIBC.test(name));
    if (unknown.length > 0) {
      throw new Error(
        `${archive} (${architecture}) has ${unknown.join(', ')}, and no bill of materials would tell of it. Add where it comes from to scripts/release/image-parts.ts`,
      );
    }
    const libc = libraries.find((name) => /(^|\/)libc\.so\.6$/.test(name));
    return libc === undefined ? [] : [glibc(tarOf(tar, '-xOf', '-', libc), architecture)];
  });
}

function glibc(library: Buffer, architecture: string): Part {
  const version = BANNER.exec(library.toString('latin1'))?.[1];
  if (version === undefined) {
    throw new Error(
      `libc.so.6 for ${architecture} is not Debian's: its banner was not found. Teach scripts/release/image-parts.ts the new base`,
    );
  }
  return {
    type: 'library',
    name: 'libc6',
    version,
    purl: `pkg:deb/debian/libc6@${encodeURIComponent(version)}?arch=${architecture}&upstream=glibc`,
    license: 'LGPL-2.1-or-later',
    direct: true,
    uses: [],
  };
}

/** A layer's tar: zstd, gzip or plain, by its first bytes. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes.readUInt32BE() === 0x28_b5_2f_fd) return zstdDecompressSync(bytes);
  return bytes.readUInt16BE() === 0x1f_8b ? gunzipSync(bytes) : bytes;
}

function tarOf(input: Buffer, ...options: string[]): Buffer {
  return execFileSync('tar', options, { input, maxBuffer: 1024 ** 3 });
}

function blob({ digest }: Descriptor): string {
  return join('blobs', digest.replace(':', '/'));
}

function json(folder: string, path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), 'utf8'));
}
