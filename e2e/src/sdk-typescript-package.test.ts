import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ok } from './api.ts';
import { ROOT, run } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';

// What npm publishes: packed, installed into an empty folder and used from there.

/** Bytes of the web client, minified and gzipped. */
const WEB_LIMIT = 12_000;

const NODE = process.execPath;
const MODULES = join(ROOT, 'node_modules');
const ENV = { HOME: '', PATH: process.env['PATH'] ?? '' };

let server: Server;
let app: string;
let tarball: string;

beforeAll(async () => {
  server = await startServer({ options: ['--storage', 'memory'] });
  await ok(`${server.url}/flags/banner`, 'POST', { enabled: true });
  const built = join(newFolder(), 'built');
  mkdirSync(built);
  const source = `import { build } from ${JSON.stringify(join(ROOT, 'sdks/typescript/build/build.ts'))}; build(${JSON.stringify(built)});`;
  await run([NODE, '--input-type=module', '-e', source]);
  const home = newFolder();
  const npm = { cwd: built, env: { ...ENV, HOME: home } };
  await run(['npm', 'pack', '--ignore-scripts'], npm);
  tarball = join(built, 'featureflags-client-0.1.0.tgz');
  app = newFolder();
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  const install = [
    'npm',
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    tarball,
  ] as const;
  const { code, err } = await run([...install], { cwd: app, env: { ...ENV, HOME: home } });
  if (code !== 0) throw new Error(err);
});

afterAll(async () => {
  await server.stop();
});

test('nothing but the package is installed, with its licence and its README', () => {
  const folder = join(app, 'node_modules/featureflags-client');
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  expect([dependencies, devDependencies]).toEqual([undefined, undefined]);
  expect(
    ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src'].map((name) =>
      existsSync(join(folder, name)),
    ),
  ).toEqual([true, true, true, true, false]);
});

test('publint finds nothing', async () => {
  const { code, out } = await run([
    NODE,
    join(MODULES, 'publint/src/cli.js'),
    'run',
    tarball,
    '--strict',
  ]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('All good!') });
});

test('are the types wrong? No', async () => {
  const { code, out } = await run([
    NODE,
    join(MODULES, '@arethetypeswrong/cli/dist/index.js'),
    tarball,
    '--profile',
    'esm-only',
    '--no-color',
  ]);
  expect(out).not.toMatch(/❌|🥴|👺/u);
  expect(code).toBe(0);
});

test('an application compiles against it, strictly and with libraries checked', async () => {
  const code = `
    import { FeatureClient, RemoteClient, type Details } from 'featureflags-client';
    import { testClient, withFlags } from 'featureflags-client/testing';
    import { WebClient } from 'featureflags-client/web';
    const client = new FeatureClient('http://x', { ttl: 5000 });
    const details: Details<boolean> = client.details('a', false);
    const text: string = client.string('a', details.reason);
    const theme: { ink: string } = client.object('theme', { ink: text });
    using lifting = withFlags(testClient({ a: true }), { b: theme.ink });
    export const all = [lifting, new RemoteClient('http://x'), new WebClient('http://x')];
    // @ts-expect-error there is no such option
    new FeatureClient('http://x', { timeToLive: 5 });
  `;
  writeFileSync(join(app, 'types.ts'), code);
  const options = [
    '--strict',
    '--noEmit',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2022,dom',
    '--types',
    '',
  ];
  const { out } = await run([NODE, join(MODULES, 'typescript/bin/tsc'), ...options, 'types.ts'], {
    cwd: app,
  });
  expect(out).toBe('');
});

/** The oldest Node that the package says it runs on. */
const OLDEST = [20, 16] as const;

/** The Node that npm was started with may be older than that: then it is left out. */
function nodeOfMachine(): [string, string, string[]][] {
  const version = spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout.slice(1).split('.');
  const [major = 0, minor = 0] = version.map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
    return [[`on the Node ${String(major)} of this machine`, 'node', []]];
  }
  process.stderr.write(`node is ${version.join('.')}: the package was not tried on it.\n`);
  return [];
}

describe('it runs', () => {
  const { arch, platform } = process;
  const bun = join(MODULES, `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`);
  const libc = platform === 'linux' ? '-glibc' : '';
  const deno = join(MODULES, `@deno/${platform}-${arch}${libc}/deno`);

  test.each<[string, string, string[]]>([
    ['on the Node of this repository', NODE, []],
    ...nodeOfMachine(),
    ['on Bun', bun, []],
    [
      'on Deno',
      deno,
      ['run', '--allow-net', '--allow-env', '--allow-read', '--allow-write', '--no-prompt'],
    ],
  ])('%s', async (_, program, words) => {
    const code = `
      import { FeatureClient, RemoteClient } from 'featureflags-client';
      import { WebClient } from 'featureflags-client/web';
      import { testClient } from 'featureflags-client/testing';
      const client = new FeatureClient('${server.url}', { cache: '${join(newFolder(), 'cache')}' });
      const isReady = await client.waitUntilReady(20000);
      const web = new WebClient('${server.url}');
      await web.waitUntilReady(20000);
      const answers = [
        isReady, client.isEnabled('banner', 'u1'), web.isEnabled('banner'),
        await new RemoteClient('${server.url}', { timeout: 20000 }).isEnabled('banner'),
        testClient({ a: true }).isEnabled('a'),
      ];
      web.close();
      await client.close();
      const again = new FeatureClient('http://127.0.0.1:1', { offline: { schema: 1, environment: 'e', version: 3, flags: {} } });
      console.log(answers.join(' '), again.status().version);
    `;
    writeFileSync(join(app, 'run.mjs'), code);
    const { out, err } = await run([program, ...words, 'run.mjs'], {
      cwd: app,
      env: { ...ENV, HOME: app },
    });
    expect({ out, err }).toEqual({ out: 'true true true true true 3\n', err: '' });
  });

  test('on Deno without permission for files and environment: told, and it serves', async () => {
    const code = `
      import { FeatureClient } from 'featureflags-client';
      const client = new FeatureClient('${server.url}', { cache: false });
      await client.waitUntilReady(20000);
      console.log(client.isEnabled('banner'));
      await client.close();
    `;
    writeFileSync(join(app, 'narrow.mjs'), code);
    const words = [deno, 'run', '--allow-net', '--no-prompt', 'narrow.mjs'] as const;
    const { out, err } = await run([...words], { cwd: app, env: { ...ENV, HOME: app } });
    expect({ out, err }).toEqual({ out: 'true\n', err: '' });
  });

  test('in a worker', async () => {
    const { outputFiles } = bundle(`
      import { FeatureClient } from 'featureflags-client';
      export default { async fetch() {
        const client = new FeatureClient('${server.url}', { cache: false });
        const isReady = await client.waitUntilReady(20000);
        const answer = [isReady, client.isEnabled('banner', 'u1')].join(' ');
        await client.close();
        return new Response(answer);
      } };`);
    const worker = new Miniflare({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      cf: false,
      compatibilityDate: '2026-07-01',
    });
    const answer = await worker.dispatchFetch('http://worker.test/');
    expect(await answer.text()).toBe('true true');
    await worker.dispose();
  });
});

describe('bundles have what is used, and no more', () => {
  test('the web client: under 12 kB gzipped, and nothing of core or of Node', () => {
    const { text, size, inputs } = measured(`export { WebClient } from 'featureflags-client/web';`);
    console.log(`featureflags-client/web: ${String(size)} bytes gzipped`);
    expect(size).toBeLessThan(WEB_LIMIT);
    expect(
      inputs.filter((path) => /\/core\/|client\.js|connection|disk|evaluator/.test(path)),
    ).toEqual([]);
    expect(text).not.toMatch(/node:(fs|crypto)["'] *\)? *from|from *["']node:/);
  });

  test('the remote client brings no evaluator', () => {
    const { size, inputs } = measured(`export { RemoteClient } from 'featureflags-client';`);
    console.log(`RemoteClient: ${String(size)} bytes gzipped`);
    expect(
      inputs.filter((path) =>
        /core\/(murmur3|parse|evaluate)|evaluator|connection|openfeature/.test(path),
      ),
    ).toEqual([]);
  });

  test('the client brings no provider and no web client, and nothing that a browser lacks', () => {
    const { size, inputs } = measured(`export { FeatureClient } from 'featureflags-client';`);
    console.log(`FeatureClient: ${String(size)} bytes gzipped`);
    expect(inputs.filter((path) => /openfeature|web|remote|testing/.test(path))).toEqual([]);
  });
});

function bundle(contents: string): ReturnType<typeof buildSync> & {
  outputFiles: { text: string; contents: Uint8Array }[];
  metafile: NonNullable<ReturnType<typeof buildSync>['metafile']>;
} {
  return buildSync({
    stdin: { contents, resolveDir: app },
    bundle: true,
    write: false,
    format: 'esm',
    minify: true,
    metafile: true,
    platform: 'browser',
  });
}

/** A bundle, its size and the files of which something is in it. */
function measured(contents: string): { text: string; size: number; inputs: string[] } {
  const { outputFiles, metafile } = bundle(contents);
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  const [file] = outputFiles;
  return {
    text: file?.text ?? '',
    size: gzipSync(file?.contents ?? '').length,
    inputs: used.map(([path]) => path),
  };
}
