// THIRD-PARTY-NOTICES.txt: whose code is in a bundle, and under which licence.
//
//   node scripts/packages/notices.ts <metafile.json of esbuild | entry.ts> > THIRD-PARTY-NOTICES.txt

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

import { ROOT } from '../root.ts';
import { manifestOf, type Manifest } from './manifest.ts';
import { MIT } from './mit.ts';

/** Licences (SPDX) that ask for no more than that their text goes along. */
const ALLOWED: ReadonlySet<string | undefined> = new Set([
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

/**
 * Packages that ship no text of their licence, MIT in their package.json: whose they are, by that
 * file and by what their repositories say of code that they took over.
 */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  '@bomb.sh/tab': ['Bombshell Authors'],
  '@cfworker/json-schema': [
    'Jeremy Danyow',
    'Mathias Bynens (of punycode.js, in ucs2-length)',
    '2015-2021 Evgeny Poberezkin (of ajv, in format)',
  ],
};

const HEAD = `FeatureFlags is under the Apache License 2.0 (LICENSE). This copy contains code of the packages
below, each under its own licence.
`;

/**
 * The notices of all packages that left something in a bundle.
 * @throws Error if one has no licence text, or a licence that is not allowed; it names them all
 */
export function notices(metafile: Pick<Metafile, 'outputs'>): string {
  const entries = packagesIn(metafile).map(entryOf);
  const problems = entries.flatMap((entry) => ('problem' in entry ? [entry.problem] : []));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return [HEAD, ...entries.flatMap((entry) => ('text' in entry ? [entry.text] : []))].join('\n');
}

/** The folders of the packages, from the root of the repository, sorted. */
function packagesIn({ outputs }: Pick<Metafile, 'outputs'>): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
  const folders = used.flatMap((path) => folderOf(path) ?? []);
  return [...new Set(folders)].toSorted();
}

/** The package that a file below node_modules belongs to; of nested ones the innermost. */
function folderOf(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

type Entry = { readonly text: string } | { readonly problem: string };

function entryOf(folder: string): Entry {
  const manifest = manifestOf(join(ROOT, folder));
  const { name, version, license } = manifest;
  if (!ALLOWED.has(license)) {
    const allowed = [...ALLOWED].join(', ');
    return {
      problem: `${name} is under ${license ?? 'no licence'}: a bundle may contain ${allowed}`,
    };
  }
  const texts = shippedTexts(join(ROOT, folder));
  const text = texts.length > 0 ? texts.join('\n\n') : ownText(manifest);
  if (text === undefined) {
    const todo = `if it is MIT, add its holders to HOLDERS in scripts/packages/notices.ts`;
    return {
      problem: `${name} ${version} ships no text of its licence (${String(license)}): ${todo}`,
    };
  }
  return { text: `${'-'.repeat(80)}\n${name} ${version} (${String(license)})\n\n${text}\n` };
}

/** The licence, and the notice that Apache's licence wants to go along. */
function shippedTexts(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)\b/i.test(name));
  return names.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trim());
}

function ownText({ name, license }: Manifest): string | undefined {
  const holders = HOLDERS[name];
  if (holders === undefined || license !== 'MIT') return undefined;
  return `${holders.map((holder) => `Copyright (c) ${holder}`).join('\n')}\n\n${MIT}`;
}

/** Of an entry: what esbuild would put into its bundle. */
async function metafileOf(path: string): Promise<Pick<Metafile, 'outputs'>> {
  if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8')) as Metafile;
  // Where an image is built there is no esbuild: Bun has written the file.
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    metafile: true,
    outdir: 'dist',
    external: ['bun:*'],
  });
  return metafile;
}

async function main([path]: readonly string[]): Promise<void> {
  if (path === undefined) {
    console.error('Usage: node scripts/packages/notices.ts <metafile.json of esbuild | entry.ts>');
    process.exitCode = 2;
    return;
  }
  try {
    process.stdout.write(notices(await metafileOf(path)));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
