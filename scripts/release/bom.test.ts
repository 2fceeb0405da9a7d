import { resolve } from 'node:path';
import { expect, test } from 'vitest';

import { bom, type Part, problemOf, type Subject } from './bom.ts';
import { crateParts, type Metadata } from './cargo-parts.ts';
import { npmParts } from './npm-parts.ts';
import { type Lock, readLock } from './workspaces.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SUBJECT: Subject = {
  type: 'application',
  name: 'ffctl',
  version: '1.2.3',
  purl: 'pkg:npm/ffctl@1.2.3',
  files: [{ name: 'ffctl-1.2.3.tgz', sha256: 'ab'.repeat(32) }],
};
const PARTS: readonly Part[] = [
  part('pkg:npm/b@2.0.0', { license: 'MIT/Apache-2.0', scope: 'optional' }),
  part('pkg:npm/a@1.0.0', { license: 'MIT', direct: true, uses: ['pkg:npm/b@2.0.0'] }),
];

function part(purl: string, more: Partial<Part>): Part {
  const [, name = '', version = ''] = /([^/]+)@(.+)$/.exec(purl) ?? [];
  return { type: 'library', name, version, purl, direct: false, uses: [], ...more };
}

test('a bill is CycloneDX 1.6 by its own schema, and says what uses what', async () => {
  const text = bom(SUBJECT, PARTS, 0);
  expect(await problemOf(text)).toBeUndefined();
  expect(JSON.parse(text)).toMatchObject({
    specVersion: '1.6',
    metadata: {
      timestamp: '1970-01-01T00:00:00.000Z',
      component: {
        name: 'ffctl',
        version: '1.2.3',
        components: [{ type: 'file', name: 'ffctl-1.2.3.tgz' }],
      },
    },
    components: [
      { name: 'a', scope: 'required', licenses: [{ license: { id: 'MIT' } }] },
      { name: 'b', scope: 'optional', licenses: [{ expression: 'MIT OR Apache-2.0' }] },
    ],
    dependencies: [
      { ref: 'pkg:npm/ffctl@1.2.3', dependsOn: ['pkg:npm/a@1.0.0'] },
      { ref: 'pkg:npm/a@1.0.0', dependsOn: ['pkg:npm/b@2.0.0'] },
      { ref: 'pkg:npm/b@2.0.0', dependsOn: [] },
    ],
  });
});

test('the same parts in another order make the same bytes, other parts another serial number', () => {
  const text = bom(SUBJECT, PARTS, 1);
  expect(bom(SUBJECT, PARTS.toReversed(), 1)).toBe(text);
  const serial = (bill: string): unknown =>
    (JSON.parse(bill) as { serialNumber: string }).serialNumber;
  expect(serial(text)).toMatch(
    /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/,
  );
  expect(serial(bom(SUBJECT, PARTS.slice(1), 1))).not.toBe(serial(text));
});

test('what is not CycloneDX is found', async () => {
  const noLicense = bom(SUBJECT, [part('pkg:npm/a@1.0.0', { license: 'Nonsense' })], 0);
  expect(await problemOf(noLicense)).toContain('/components/0/licenses');
  const noHash = bom({ ...SUBJECT, files: [{ name: 'a', sha256: 'no' }] }, [], 0);
  expect(await problemOf(noHash)).toContain('/metadata/component/components/0/hashes/0/content');
});

test("the programs' parts are what their manifests ask for, without what is for development", () => {
  const names = (folder: string): string[] =>
    npmParts(readLock(ROOT), folder)
      .map(({ name }) => name)
      .toSorted();
  const server = ['@cfworker/json-schema', '@hono/node-server', 'hono', 'smol-toml', 'yaml'];
  expect(names('server')).toEqual(server);
  expect(names('cli')).toEqual(['@bomb.sh/tab', ...server, 'commander'].toSorted());
  expect(names('sdks/typescript')).toEqual([]);
  for (const { hash, license } of npmParts(readLock(ROOT), 'cli')) {
    expect(hash?.content).toMatch(/^[\da-f]{128}$/);
    expect(license).toMatch(/^(MIT|ISC|BSD-3-Clause|Apache-2\.0)$/);
  }
});

test('a package is found as Node finds it: the nearest node_modules first', () => {
  const lock: Lock = {
    version: '1.0.0',
    packages: {
      app: { dependencies: { a: '1', own: '1' } },
      'node_modules/own': { resolved: 'own' },
      own: { dependencies: { b: '1' } },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '2' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { a: '1' } },
      'node_modules/b': { version: '1.0.0' },
    },
  };
  expect(npmParts(lock, 'app').map(({ purl, direct, uses }) => [purl, direct, uses])).toEqual([
    ['pkg:npm/a@1.0.0', true, ['pkg:npm/b@2.0.0']],
    ['pkg:npm/b@2.0.0', false, ['pkg:npm/a@1.0.0']],
    ['pkg:npm/b@1.0.0', true, []],
  ]);
  const broken = { ...lock, packages: { app: { dependencies: { gone: '1' } } } };
  expect(() => npmParts(broken, 'app')).toThrow(
    'package-lock.json has no gone, which app depends on. Run npm install',
  );
});

test("crates of features that are off are optional, and what only the crate's tests need is none", () => {
  const crate = (id: string): Metadata['packages'][number] => ({
    id,
    name: id,
    version: '1.0.0+x',
    license: 'MIT',
  });
  const dep = (
    pkg: string,
    kind: string | null = null,
  ): Metadata['resolve']['nodes'][number]['deps'][number] => ({
    pkg,
    dep_kinds: [{ kind }],
  });
  const metadata = (...deps: ReturnType<typeof dep>[]): Metadata => ({
    packages: ['root', 'a', 'b', 'tests'].map(crate),
    resolve: {
      root: 'root',
      nodes: [
        { id: 'root', deps: [...deps, dep('tests', 'dev')] },
        { id: 'a', deps: [dep('b', 'build')] },
        { id: 'b', deps: [] },
        { id: 'tests', deps: [] },
      ],
    },
  });
  const lock = '[[package]]\nname = "b"\nversion = "1.0.0+x"\nchecksum = "cd"\n';
  expect(crateParts(metadata(), metadata(dep('a')), lock)).toEqual([
    {
      ...part('pkg:cargo/a@1.0.0%2Bx', { license: 'MIT', scope: 'optional', direct: true }),
      version: '1.0.0+x',
      uses: ['pkg:cargo/b@1.0.0%2Bx'],
    },
    {
      ...part('pkg:cargo/b@1.0.0%2Bx', { license: 'MIT', scope: 'optional' }),
      version: '1.0.0+x',
      hash: { alg: 'SHA-256', content: 'cd' },
    },
  ]);
  expect(crateParts(metadata(dep('b')), metadata(dep('b')), lock)[0]).toMatchObject({
    scope: 'required',
  });
});
