// Builds every package, lints it, installs it from its artefact where there is nothing else, and
// uses it. The artefacts stay in dist/packages. Closes with
//   packages: N artefacts, N checks passed, N failed

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { leftOutRust } from '../suites/cargo.ts';
import { leftOutPython } from '../suites/pytest.ts';
import { buildNpmPackage } from './build.ts';
import { check, type Results } from './checks.ts';
import { lintsOf } from './lint.ts';
import { emptyPlace } from './place.ts';
import { pythonPackage } from './python.ts';
import { rustPackage } from './rust.ts';
import { killAll } from './running.ts';
import { serve, stop, type Served } from './served.ts';
import { printTable, type Artefact } from './table.ts';
import { useNpmClient } from './use-client-npm.ts';
import { install, usePrograms } from './use-programs.ts';

const OUT = join(ROOT, 'dist/packages');

/** How the three npm packages are called in the table; the client is in other registries too. */
const NPM = {
  featureflags: 'featureflags',
  ffctl: 'ffctl',
  client: 'featureflags-client (npm)',
} as const;

/** The clients in other languages. Where a toolchain is missing, the closing lines say so. */
const LANGUAGES = [
  { name: 'featureflags-client (PyPI)', leftOut: leftOutPython, build: pythonPackage },
  { name: 'featureflags-client (Cargo)', leftOut: leftOutRust, build: rustPackage },
] as const;

async function main(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const results: Results = [];
  const [featureflags, ffctl, client] = [
    await npmPackage(results, NPM.featureflags),
    await npmPackage(results, NPM.ffctl),
    await npmPackage(results, NPM.client),
  ];
  const artefacts = [featureflags, ffctl, client].filter((artefact) => artefact !== undefined);
  if (featureflags !== undefined && ffctl !== undefined) {
    await usePrograms(results, { featureflags: featureflags.path, ffctl: ffctl.path });
    artefacts.push(...(await clients(results, featureflags.path, client?.path)));
  } else {
    console.error('The clients are not built or tried: there is no server to try them with.');
  }
  killAll();
  report(artefacts, results);
}

async function npmPackage(results: Results, name: string): Promise<Artefact | undefined> {
  const npmName = name.replace(/ .*/, '');
  const built: { path?: string } = {};
  await check(results, `${name}: build`, async () => {
    built.path = await buildNpmPackage(npmName, OUT);
    return 'packed';
  });
  const { path } = built;
  if (path === undefined) return undefined;
  for (const [lint, run] of Object.entries(lintsOf(path))) {
    await check(results, `${name}: ${lint}`, () => run(path));
  }
  return { package: name, path };
}

/** Each client follows a flag of a server that runs from its package. */
async function clients(
  results: Results,
  server: string,
  client: string | undefined,
): Promise<Artefact[]> {
  using place = emptyPlace();
  const started: { server?: Served } = {};
  await check(results, 'featureflags: the server for the clients', async () => {
    await install(place, [server]);
    const command = ['npx', '--offline', 'featureflags', '--storage', 'memory'] as const;
    started.server = await serve(command, place);
    return 'listens';
  });
  if (started.server === undefined) return [];
  const { url } = started.server;
  if (client !== undefined) await useNpmClient(results, client, url);
  const artefacts: Artefact[] = [];
  for (const { name, leftOut, build } of LANGUAGES) {
    if (leftOut() !== undefined) continue;
    const paths = await build(results, OUT, url);
    artefacts.push(...paths.map((path) => ({ package: name, path })));
  }
  await stop(started.server);
  return artefacts;
}

function report(artefacts: readonly Artefact[], results: Results): void {
  printTable(artefacts, results);
  for (const { name, leftOut } of LANGUAGES) {
    const missing = leftOut();
    if (missing !== undefined) console.log(`Left out: ${name}, because ${missing}.`);
  }
  const passed = results.filter(({ isPassed }) => isPassed).length;
  const failed = results.length - passed;
  for (const { package: name, name: what, note, isPassed } of results) {
    if (!isPassed) console.error(`FAILED: ${name}: ${what}: ${note}`);
  }
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  const counts = [`${String(passed)} checks passed`, `${String(failed)} failed`];
  console.log(`\npackages: ${String(artefacts.length)} artefacts, ${counts.join(', ')}`);
}

await main();
