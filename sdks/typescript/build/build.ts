// Makes dist/, which is what npm publishes: plain ES modules with their declarations, and core in
// them, which is no package of its own there.
//
//   npm run build -w featureflags-client

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(PACKAGE, '../..');
const CORE = '@featureflags/core';

/** What is said at the head of each declaration that names Symbol.dispose. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/** What of package.json is of no use to whoever installs it. */
const IN_THE_WORKSPACE: ReadonlySet<string> = new Set(['devDependencies', 'scripts']);

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Builds the package.
 * @param out an empty folder, which becomes what is packed
 */
export function build(out: string): void {
  const work = mkdtempSync(join(PACKAGE, '.build-'));
  try {
    compile(work);
    const dist = join(out, 'dist');
    cpSync(join(work, 'out/sdks/typescript/src'), dist, { recursive: true });
    cpSync(join(work, 'out/core/src'), join(dist, 'core'), { recursive: true });
    for (const path of globSync(join(dist, '**/*.{js,d.ts}'))) finish(path, dist);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  for (const name of ['README.md', 'LICENSE']) {
    cpSync(join(name === 'LICENSE' ? ROOT : PACKAGE, name), join(out, name));
  }
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(published(), undefined, 2)}\n`);
}

function compile(work: string): void {
  const options = {
    noEmit: false,
    rootDir: ROOT,
    outDir: join(work, 'out'),
    rewriteRelativeImportExtensions: true,
    declaration: true,
    // What Node 20 and the browsers of its time run as it is.
    target: 'es2022',
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    // By its path it is compiled with the rest; as a package it would only be imported.
    paths: { [CORE]: [join(ROOT, 'core/src/index.ts')] },
  };
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: options,
    files: Object.values(manifest().exports).map((entry) => join(PACKAGE, entry)),
  };
  const path = join(work, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', path], {
    stdio: 'inherit',
  });
}

/** Core's name becomes its place, and declarations say `.js` where the sources say `.ts`. */
function finish(path: string, dist: string): void {
  const core = relative(dirname(path), join(dist, 'core/index.js'));
  const specifier = core.startsWith('.') ? core : `./${core}`;
  const text = readFileSync(path, 'utf8')
    .replaceAll(`'${CORE}'`, `'${specifier}'`)
    .replaceAll(/(from ')(\.[^']*)\.ts'/g, "$1$2.js'");
  const isDisposable = path.endsWith('.d.ts') && text.includes('[Symbol.');
  writeFileSync(path, isDisposable ? DISPOSABLE + text : text);
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Manifest;
}

/** The package.json that is published: its entries point into dist. */
function published(): object {
  const rest = Object.entries(manifest()).filter(([name]) => !IN_THE_WORKSPACE.has(name));
  const entries = Object.entries(manifest().exports).map(([name, source]) => {
    const path = source.replace(/^\.\/src\/(.*)\.ts$/, './dist/$1');
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }] as const;
  });
  return { ...Object.fromEntries(rest), exports: Object.fromEntries(entries) };
}

if (import.meta.main) {
  const out = join(PACKAGE, 'dist');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  build(out);
  process.stdout.write(`built ${relative(process.cwd(), out)}
`);
}
