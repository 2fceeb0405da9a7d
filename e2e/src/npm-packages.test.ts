import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

import { beforeAll, describe, expect, test } from 'vitest';

import { call } from './api.ts';
import { LAUNCHES, ROOT, run, type Command, type Ran } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';

// The programs as npm publishes them: packed, unpacked where there is nothing else, and used. How
// they come through npx is tried by `make packages`.

const NODE = process.execPath;
const BUILD = join(ROOT, 'scripts/packages/build.ts');
const LINT = join(ROOT, 'scripts/packages/lint.ts');
const NOTICES = join(ROOT, 'scripts/packages/notices.ts');
const PROGRAMS = ['featureflags', 'ffctl'] as const;
type Program = (typeof PROGRAMS)[number];

let folder: string;
let tarballs: string[];

beforeAll(async () => {
  folder = newFolder();
  const { code, out, err } = await run([NODE, BUILD, folder, ...PROGRAMS]);
  if (code !== 0) throw new Error(err);
  tarballs = out.trim().split('\n');
  for (const [index, name] of PROGRAMS.entries()) {
    mkdirSync(join(folder, name));
    await run(['tar', '-xzf', tarballs[index] ?? '', '-C', join(folder, name)]);
  }
});

function inside(name: Program, ...path: string[]): string {
  return join(folder, name, 'package', ...path);
}

function launcher(name: Program): string {
  return inside(name, 'bin', `${name}.cjs`);
}

function ffctl(words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return run([NODE, launcher('ffctl'), ...words], { cwd: folder, env });
}

describe.each(PROGRAMS)('%s', (name) => {
  test('nothing is in it but the program', () => {
    const files = globSync('**', { cwd: inside(name) }).filter((path) =>
      statSync(inside(name, path)).isFile(),
    );
    const others = files.filter((path) => !/^dist\/[a-z][a-z-]*-[A-Z0-9]{8}\.js$/.test(path));
    expect(others.toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.txt',
      `bin/${name}.cjs`,
      'dist/main.js',
      'package.json',
    ]);
  });

  test('its package.json asks for a Node, and for nothing else', () => {
    const room = name === 'ffctl' ? 'cli' : 'server';
    const source = JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(JSON.parse(readFileSync(inside(name, 'package.json'), 'utf8'))).toEqual({
      name,
      version: source['version'],
      description: source['description'],
      keywords: source['keywords'],
      license: 'Apache-2.0',
      type: 'module',
      bin: { [name]: `bin/${name}.cjs` },
      files: ['bin', 'dist', 'THIRD-PARTY-NOTICES.txt'],
      engines: { node: '>=24.11' },
    });
  });

  test('it imports nothing but Node, and names no folder of this machine', () => {
    const texts = globSync('dist/*.js', { cwd: inside(name) }).map((path) => ({
      path,
      text: readFileSync(inside(name, path), 'utf8'),
    }));
    const foreign = texts.flatMap(({ text }) =>
      [...text.matchAll(/(?:^import .*? from |^import |import\(|require\()['"]([^'"]+)['"]/gm)]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => !isBuiltin(specifier) && !/^\.\/[\w-]+\.js$/.test(specifier)),
    );
    expect(foreign).toEqual([]);
    expect(texts.filter(({ text }) => text.includes(ROOT)).map(({ path }) => path)).toEqual([]);
  });

  test('YAML is in files that are loaded only when it is needed', () => {
    expect(readFileSync(inside(name, 'dist/main.js'), 'utf8')).not.toMatch(/node_modules\/yaml/);
  });

  test('each package that is bundled stands in the notices, with its licence', () => {
    const text = globSync('dist/*.js', { cwd: inside(name) })
      .map((path) => readFileSync(inside(name, path), 'utf8'))
      .join('\n');
    const bundled = [...text.matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
      ([, found]) => found,
    );
    const notices = readFileSync(inside(name, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const noted = [
      ...notices.matchAll(/^-{80}\n(\S+) \S+ \([\w.-]+\)\n\n([^]*?)(?=^-{80}|$(?![^]))/gm),
    ];
    expect(new Set(noted.map(([, found]) => found))).toEqual(new Set(bundled));
    for (const [, , licence] of noted) expect(licence).toMatch(/copyright [^]{300}/i);
  });

  test('publint finds nothing', async () => {
    const tarball = tarballs[PROGRAMS.indexOf(name)] ?? '';
    const { code, out, err } = await run([NODE, LINT, tarball]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('publint: all good');
  });

  test.each([
    ['20.19.0', true],
    ['24.10.9', true],
    ['24.11.0', false],
    ['26.0.0', false],
  ])('on Node %s: refused is %s', async (version, isRefused) => {
    const faked = join(folder, `node-${version}.cjs`);
    const versions = JSON.stringify({ node: version });
    writeFileSync(faked, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
    const { code, err } = await run([NODE, '--require', faked, launcher(name), '--help']);
    expect({ code, err }).toEqual(
      isRefused ? { code: 1, err: refusal(name, version) } : { code: 0, err: '' },
    );
  });

  test('on the Node of this machine: it runs, or says what it needs', async () => {
    const version = spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < 24 || (major === 24 && minor < 11);
    const { code, err } = await run(['node', launcher(name), '--help']);
    expect({ code, err }).toEqual(
      isOld ? { code: 1, err: refusal(name, version) } : { code: 0, err: '' },
    );
  });
});

function refusal(name: string, version: string): string {
  return `${name} needs Node 24.11 or later, and this is Node ${version}: install a newer one (https://nodejs.org), or use Bun: bunx ${name}\n`;
}

test('of warnings, only that of SQLite being experimental is not shown', async () => {
  const warns = join(folder, 'warns.cjs');
  const lines = ['SQLite is an experimental feature', 'Something is an experimental feature'];
  const code = lines.map((line) => `process.emitWarning('${line}', 'ExperimentalWarning');`);
  writeFileSync(warns, `process.once('beforeExit', () => { ${code.join(' ')} });\n`);
  const { err } = await run([NODE, '--require', warns, launcher('ffctl'), '--help']);
  expect(err).toMatch(/^\(node:\d+\) ExperimentalWarning: Something is an experimental feature\n/);
  expect(err).not.toContain('SQLite');
});

describe.each<[string, () => Command]>([
  ['featureflags on Node', () => [NODE, launcher('featureflags')]],
  ['featureflags on Bun', () => [LAUNCHES.bun[0], launcher('featureflags')]],
  ['ffctl serve on Node', () => [NODE, launcher('ffctl'), 'serve']],
])('%s', (_, command) => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ launch: command() });
  });

  test('the demo, and what is left of it after a restart', async () => {
    const env = { FF_SERVER: server.url };
    const question = `${server.url}/evaluate?flag=new_checkout&user_id=123`;
    await done(ffctl(['create', 'new_checkout', '--description', 'New checkout'], env));
    expect((await call(question)).body).toMatchObject({ value: false });
    await done(ffctl(['rollout', '10%', 'new_checkout'], env));
    await done(
      ffctl(['rule', 'add', 'new_checkout', '--when', 'country=US', '--serve', 'on'], env),
    );
    expect((await call(`${question}&country=US`)).body).toMatchObject({ value: true });
    const words = ['explain', 'new_checkout', '--user', '123', '--attr', 'country=US'];
    expect((await done(ffctl(words, env))).out).toContain('country');

    server.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    expect(server.err()).toBe('');
    server = await server.restart();
    const answer = await call(`${server.url}/evaluate?flag=new_checkout&user_id=123&country=US`);
    expect(answer.body).toMatchObject({ value: true });
    await server.stop();
  });
});

test('with YAML: a server, a check and typed calls', async () => {
  const server = await startServer({
    launch: [NODE, launcher('featureflags')],
    options: ['--storage', 'yaml'],
  });
  await done(ffctl(['create', 'banner'], { FF_SERVER: server.url }));
  const file = join(server.folder, 'flags/flags.yml');
  expect(await server.stop()).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('banner');
  await done(ffctl(['--file', file, 'check']));
  expect((await done(ffctl(['--file', file, 'codegen', 'typescript']))).out).toContain('banner');
  writeFileSync(file, 'flags:\n  banner: [\n');
  expect(await ffctl(['--file', file, 'check'])).toMatchObject({ code: 1 });
});

async function done(ran: Promise<Ran>): Promise<Ran> {
  const { code, out, err } = await ran;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return { code, out, err };
}

describe('notices', () => {
  /** What esbuild says of a bundle with one file of one package. */
  function metafile(path: string): string {
    const file = join(newFolder(), 'meta.json');
    const output = { inputs: { [path]: { bytesInOutput: 1 } } };
    writeFileSync(file, JSON.stringify({ outputs: { 'main.js': output } }));
    return file;
  }

  test('a licence that is not allowed', async () => {
    const path = metafile('node_modules/lightningcss/node/index.js');
    expect(await run([NODE, NOTICES, path])).toEqual({
      code: 1,
      out: '',
      err: 'lightningcss is under MPL-2.0: a bundle may contain Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT\n',
    });
  });

  test('a package without a licence text', async () => {
    const { code, err } = await run([NODE, NOTICES, metafile('node_modules/miniflare/index.js')]);
    expect(code).toBe(1);
    expect(err).toMatch(/^miniflare \S+ ships no text of its licence \(MIT\): if it is MIT, add/);
  });

  test('of an entry', async () => {
    const { code, out } = await run([NODE, NOTICES, 'server/src/version.ts']);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^FeatureFlags is under/),
    });
  });

  test('no words', async () => {
    expect(await run([NODE, NOTICES])).toMatchObject({ code: 2 });
    expect(await run([NODE, LINT])).toMatchObject({ code: 2 });
    expect(await run([NODE, BUILD, newFolder(), 'featureflag'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no package featureflag.'),
    });
  });
});
