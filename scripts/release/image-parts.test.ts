import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { imageParts } from './image-parts.ts';

const BANNER = 'ELF\0GNU C Library (Debian GLIBC 2.36-9+deb12u13) stable release version 2.36.\n\0';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oci-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function blob(bytes: Buffer | string): string {
  const hex = createHash('sha256').update(bytes).digest('hex');
  write(`oci/blobs/sha256/${hex}`, bytes);
  return `sha256:${hex}`;
}

function write(path: string, bytes: Buffer | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

/** The digest of an image with a layer for each of these sets of files. */
function image(
  architecture: string,
  layers: Record<string, string> | readonly Record<string, string>[],
  compress: (tar: Buffer) => Buffer,
): string {
  const digests = [layers]
    .flat()
    .map((files, index) => layerOf(`${architecture}${index}`, files, compress));
  const config = blob(JSON.stringify({ architecture }));
  return blob(JSON.stringify({ config: { digest: config }, layers: digests }));
}

function layerOf(
  name: string,
  files: Record<string, string>,
  compress: (tar: Buffer) => Buffer,
): { digest: string } {
  for (const [path, text] of Object.entries(files)) write(`${name}/${path}`, text);
  execFileSync('tar', ['-cf', join(folder, 'layer.tar'), '-C', join(folder, name), '.']);
  return { digest: blob(compress(readFileSync(join(folder, 'layer.tar')))) };
}

function archive(manifests: object[]): string {
  write('oci/index.json', JSON.stringify({ manifests }));
  const path = join(folder, 'image.oci.tar');
  execFileSync('tar', ['-cf', path, '-C', join(folder, 'oci'), '.']);
  return path;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

test("each architecture's glibc is found, in zstd and gzip layers and in an index of an index", () => {
  const files = { 'lib/libc.so.6': BANNER, 'lib64/ld-linux-x86-64.so.2': '', 'bin/ffctl': 'x' };
  const amd64 = image('amd64', files, zstdCompressSync);
  const arm64 = image('arm64', { 'lib/libc.so.6': BANNER }, gzipSync);
  const inner = {
    manifests: [
      { mediaType: MANIFEST, digest: amd64 },
      { mediaType: MANIFEST, digest: arm64 },
      {
        mediaType: MANIFEST,
        digest: blob('{}'),
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    ],
  };
  const path = archive([{ mediaType: INDEX, digest: blob(JSON.stringify(inner)) }]);
  expect(imageParts(path).map(({ purl, license }) => [purl, license])).toEqual([
    ['pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64&upstream=glibc', 'LGPL-2.1-or-later'],
    ['pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=arm64&upstream=glibc', 'LGPL-2.1-or-later'],
  ]);
});

test('an image of one program alone has no library', () => {
  const digest = image('amd64', { 'bin/ffctl': 'x' }, (tar) => tar);
  expect(imageParts(archive([{ mediaType: MANIFEST, digest }]))).toEqual([]);
});

test('a library that nobody knows is refused', () => {
  const digest = image('amd64', { 'lib/libssl.so.3': 'x' }, zstdCompressSync);
  expect(() => imageParts(archive([{ mediaType: MANIFEST, digest }]))).toThrow(
    /\(amd64\) has \.\/lib\/libssl\.so\.3, and no bill of materials would tell of it/,
  );
});

test('a library that nobody knows is refused in a layer after the C library’s too', () => {
  const layers = [{ 'lib/libc.so.6': BANNER }, { 'lib/libssl.so.3': 'x' }];
  const digest = image('amd64', layers, zstdCompressSync);
  expect(() => imageParts(archive([{ mediaType: MANIFEST, digest }]))).toThrow('libssl.so.3');
});

test('a C library that is not Debian’s is refused', () => {
  const digest = image('amd64', { 'lib/libc.so.6': 'musl' }, zstdCompressSync);
  expect(() => imageParts(archive([{ mediaType: MANIFEST, digest }]))).toThrow(
    'libc.so.6 for amd64 is not Debian',
  );
});
