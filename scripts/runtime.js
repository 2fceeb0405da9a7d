// Finds the runtime FeatureFlags' TypeScript sources run on: Bun, or Node 24.11 and later.
// Plain JavaScript for Node 18 and later, because it is what runs before they are found.
//
//   node scripts/runtime.js bun|node|any <file> [arguments…]

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch;

const RUNTIMES = {
  bun: {
    name: 'Bun',
    minimum: [1, 4],
    own: process.versions.bun,
    packages: bunPackages(),
    install: 'https://bun.sh',
  },
  node: {
    name: 'Node',
    minimum: [24, 11],
    own: process.versions.bun ? undefined : process.versions.node,
    packages: [`node-${process.platform}-${process.arch}`],
    install: 'https://nodejs.org',
  },
};

/** Which of the two runtimes a wish allows, the preferred one first. */
const WISHES = { bun: ['bun'], node: ['node'], any: ['bun', 'node'] };

/** Runs a launcher's TypeScript file: here where this process can, else in a runtime that can. */
export async function launch(url) {
  if (canRunTypeScript()) {
    const program = await import(url.href);
    await program.main?.();
    return;
  }
  runIn('any', [fileURLToPath(url), ...process.argv.slice(2)]);
}

/** The path of the runtime's binary, or undefined: this process, then node_modules, then PATH. */
export function findRuntime(wish) {
  for (const kind of WISHES[wish]) {
    const runtime = RUNTIMES[kind];
    if (runtime.own && isEnough(runtime.own, runtime.minimum)) return process.execPath;
    const found = candidates(kind).find((path) => isEnough(versionOf(path), runtime.minimum));
    if (found) return found;
  }
  return undefined;
}

function runIn(wish, commandLine) {
  const binary = findRuntime(wish);
  if (!binary) {
    console.error(notFound(wish));
    process.exitCode = 1;
    return;
  }
  const child = spawn(binary, commandLine, { stdio: 'inherit' });
  forwardSignals(child);
  child.on('error', (error) => {
    console.error(`${binary} did not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : code;
  });
}

// On a terminal, Ctrl-C already reaches the child: a second SIGINT would look like impatience.
function forwardSignals(child) {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal));
  }
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
}

function canRunTypeScript() {
  return Object.values(RUNTIMES).some(
    (runtime) => runtime.own && isEnough(runtime.own, runtime.minimum),
  );
}

function candidates(kind) {
  const file = process.platform === 'win32' ? `${kind}.exe` : kind;
  const installed = RUNTIMES[kind].packages.map((name) => binaryOf(name, file));
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, file));
  return [...installed, ...onPath].filter((path) => path && existsSync(path));
}

function binaryOf(packageName, file) {
  try {
    return join(dirname(require.resolve(`${packageName}/package.json`)), 'bin', file);
  } catch {
    return undefined; // npm installs only the packages that fit the machine
  }
}

function bunPackages() {
  const name = `@oven/bun-${process.platform}-${architecture}`;
  return process.platform === 'linux' ? [name, `${name}-musl`] : [name];
}

// Also proves that the binary runs here at all: another libc's or processor's does not.
function versionOf(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return stdout?.trim().replace(/^v/, '') ?? '';
}

function isEnough(version, [major, minor]) {
  const [gotMajor, gotMinor] = version.split('.').map(Number);
  return gotMajor > major || (gotMajor === major && gotMinor >= minor);
}

function notFound(wish) {
  const wanted = WISHES[wish].map((kind) => RUNTIMES[kind]);
  const names = wanted.map(({ name, minimum }) => `${name} ${minimum.join('.')} or later`);
  const places = wanted.flatMap(({ packages }) => packages).join(', ');
  return [
    `FeatureFlags needs ${names.join(', or ')}, and this is Node ${process.versions.node}.`,
    `Looked for the npm packages ${places} and on PATH.`,
    `Run "npm install" in the repository, or install from ${wanted.map((runtime) => runtime.install).join(' or ')}`,
  ].join('\n');
}

function main([wish, ...commandLine]) {
  if (!Object.hasOwn(WISHES, wish ?? '')) {
    console.error('Usage: node scripts/runtime.js bun|node|any <file> [arguments…]');
    process.exitCode = 2;
    return;
  }
  runIn(wish, commandLine);
}

const isProgram =
  process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) main(process.argv.slice(2));
