import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml, parseAllDocuments } from 'yaml';

import { ok } from './api.ts';
import { EXAMPLES, example } from './deploy/example.ts';
import { flyIssues } from './deploy/fly-keys.ts';
import { restrictedIssues, type Container, type PodSpec } from './deploy/restricted.ts';
import { readUnit } from './deploy/unit.ts';
import { ffctl, ROOT } from './programs.ts';
import { startServer } from './server.ts';

// The examples of deploy/ against the server and the image that they start.

const dockerfile = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8');

/** What the image says of itself. */
const IMAGE = {
  name: `featureflags/server:${versionOf('package.json')}`,
  env: variables(said('ENV')),
  user: Number(said('USER').split(':')[0]),
  port: Number(said('EXPOSE')),
  data: said('VOLUME'),
};

/** What stands after a word of the Dockerfile, where it is last. */
function said(word: string): string {
  const lines = [...dockerfile.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))];
  return lines.at(-1)?.[1] ?? '';
}

/** `A=1 B=2`, without the PATH, which is none of the server's settings. */
function variables(text: string): Record<string, string> {
  const entries = text.split(' ').map((each) => each.split('=') as [string, string]);
  return Object.fromEntries(entries.filter(([name]) => name !== 'PATH'));
}

const compose = parseYaml(example('compose.yaml')) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const service = compose.services['featureflags'] as ComposeService;
const kubernetes = parseAllDocuments(example('kubernetes.yaml')).map(
  (document) => document.toJS() as Manifest,
);
const deployment = manifest('Deployment');
const pod = (deployment.spec['template'] as { spec: PodSpec }).spec;
const container = pod.containers[0] as Container;
const fly = parseToml(example('fly.toml')) as unknown as Fly;
const unit = readUnit(example('featureflags.service'));

interface ComposeService {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly healthcheck: { readonly test: readonly string[] };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Fly {
  readonly kill_timeout: string;
  readonly build: { readonly image: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly destination: string }[];
  readonly http_service: {
    readonly internal_port: number;
    readonly auto_stop_machines: string;
    readonly checks: readonly { readonly path: string }[];
  };
}

/** Variables that an example sets, and the port that it expects the server at. */
interface Start {
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly data: string;
}

/** What stands for a token that an example takes from elsewhere. */
const TOKEN = 'x'.repeat(64);

const STARTS: Readonly<Record<string, () => Start>> = {
  'compose.yaml': () => ({
    env: { ...IMAGE.env, ...mapped(service.environment) },
    port: Number(service.ports[0]?.split(':').at(-1)),
    data: service.volumes[0]?.split(':').at(-1) ?? '',
  }),
  'kubernetes.yaml': () => ({
    env: {
      ...IMAGE.env,
      ...Object.fromEntries(
        (container['env'] as { name: string }[]).map(({ name }) => [name, TOKEN]),
      ),
    },
    port: container.ports?.[0]?.containerPort ?? 0,
    data: (container['volumeMounts'] as { mountPath: string }[])[0]?.mountPath ?? '',
  }),
  'fly.toml': () => ({
    env: { ...IMAGE.env, ...fly.env },
    port: fly.http_service.internal_port,
    data: fly.mounts[0]?.destination ?? '',
  }),
  'featureflags.service': () => ({
    env: variables((unit['Environment'] ?? []).join(' ')),
    port: IMAGE.port,
    data: `/var/lib/${unit['StateDirectory']?.[0] ?? ''}`,
  }),
};

describe.each(Object.entries(STARTS))('%s', (_, startOf) => {
  test('the server reads its settings, and is where they are expected', async () => {
    const { env, port, data } = startOf();
    const { code, out, err } = await ffctl(['config', '--json'], env);
    expect([code, err]).toEqual([0, '']);
    const settings = JSON.parse(out) as { name: string; value: unknown }[];
    const values = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ port, data, storage: 'sqlite', insecure: false });
    // Where no terminal is, "auto" is JSON too: docs/deploy.md says that logs are that.
    expect(['auto', 'json']).toContain(values['log']);
  });
});

test('each example is described, and each that is described is there', () => {
  const page = readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8');
  const named = [...page.matchAll(/\]\(\.\.\/deploy\/([^)]+)\)/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(EXAMPLES));
});

test.each(EXAMPLES)('%s opens no door to everybody, and holds no token', (name) => {
  const text = example(name);
  expect(text).not.toMatch(/insecure/i);
  expect(text).not.toMatch(/[0-9a-f]{32}|ff_admin_\w{8}/);
});

test.each([
  ['compose.yaml', service.image],
  ['kubernetes.yaml', container['image']],
  ['fly.toml', fly.build.image],
])('%s names the image of this version', (_, image) => {
  expect(image).toBe(IMAGE.name);
});

test('each leaves the server the time to stop that it takes itself', async () => {
  const { out } = await ffctl(['config', '--json'], {});
  const settings = JSON.parse(out) as { name: string; value: number }[];
  const own = settings.find(({ name }) => name === 'shutdown_timeout')?.value;
  expect(own).toBeGreaterThan(0);
  const given = [
    service.stop_grace_period,
    fly.kill_timeout,
    unit['TimeoutStopSec']?.[0],
    (pod as unknown as Record<string, unknown>)['terminationGracePeriodSeconds'],
  ];
  for (const time of given) expect(Number.parseInt(String(time), 10)).toBeGreaterThan(own ?? 0);
});

test('what is asked for the state of the server is there', async () => {
  const server = await startServer({ options: ['--storage', 'memory'] });
  const { body } = await ok(`${server.url}/openapi.json`);
  const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
    (name) => (container[name] as { httpGet: { path: string } }).httpGet.path,
  );
  const paths = [...probes, ...fly.http_service.checks.map(({ path }) => path)];
  expect(paths).toHaveLength(4);
  for (const path of paths) {
    expect(Object.keys(body['paths'] as object)).toContain(path);
    expect((await ok(`${server.url}${path}`)).status).toBe(200);
  }
  await server.stop();
});

test('compose.yaml: reached from this machine only, and with no rights', () => {
  expect(service).toMatchObject({
    ports: [`127.0.0.1:${String(IMAGE.port)}:${String(IMAGE.port)}`],
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    healthcheck: { test: ['CMD', '/bin/ffctl', 'health'] },
  });
  const [volume] = service.volumes[0]?.split(':') ?? [];
  expect(Object.keys(compose.volumes)).toEqual([volume]);
});

describe('kubernetes.yaml', () => {
  test('satisfies the standard "restricted", as the user of the image', () => {
    expect(restrictedIssues(pod)).toEqual([]);
    const user = { runAsUser: IMAGE.user, runAsGroup: IMAGE.user, fsGroup: IMAGE.user };
    expect(pod.securityContext).toMatchObject(user);
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
  });

  test.each<[string, Partial<PodSpec>, Partial<Container>]>([
    ['hostNetwork', { hostNetwork: true }, {}],
    ['hostPath', { volumes: [{ name: 'x', hostPath: { path: '/' } }] }, {}],
    ['runAsNonRoot', { securityContext: {} }, {}],
    ['runAsUser', {}, { securityContext: { ...container.securityContext, runAsUser: 0 } }],
    ['seccompProfile', { securityContext: { runAsNonRoot: true } }, {}],
    ['allowPrivilegeEscalation', {}, { securityContext: {} }],
    ['capabilities.drop', {}, { securityContext: { allowPrivilegeEscalation: false } }],
    [
      'capabilities.add',
      {},
      { securityContext: { ...container.securityContext, capabilities: { add: ['SYS_ADMIN'] } } },
    ],
    ['privileged', {}, { securityContext: { ...container.securityContext, privileged: true } }],
    ['hostPort', {}, { ports: [{ hostPort: 80 }] }],
  ])('the check of that refuses %s', (issue, ofPod, ofContainer) => {
    expect(
      restrictedIssues({ ...pod, ...ofPod, containers: [{ ...container, ...ofContainer }] }),
    ).toContain(issue);
  });

  test('one server per volume: the old pod goes before the new one comes', () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('its parts name each other', () => {
    const claim = manifest('PersistentVolumeClaim').metadata.name;
    expect(pod.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: claim } }]);
    const labels = (deployment.spec['template'] as { metadata: { labels: object } }).metadata
      .labels;
    expect(deployment.spec['selector']).toEqual({ matchLabels: labels });
    expect(manifest('Service').spec).toMatchObject({
      selector: labels,
      ports: [{ targetPort: container.ports?.[0]?.name }],
    });
  });
});

describe('fly.toml', () => {
  test('has only what Fly documents', () => {
    expect(flyIssues(fly)).toEqual([]);
  });

  test.each([
    ['a key', { kil_timeout: '20s' }, 'kil_timeout: there is no such key'],
    ['a name of every object', { constructor: 'x' }, 'constructor: there is no such key'],
    ['a duration', { kill_timeout: '20' }, /^kill_timeout: "20" is not like/],
    [
      'a key of a section',
      { http_service: { port: 1 } },
      'http_service.port: there is no such key',
    ],
    ['a text for a number', { http_service: { internal_port: '8080' } }, /internal_port: expected/],
    ['a table for a list', { mounts: { source: 'data' } }, /^mounts: expected \[\[mounts\]\]$/],
    ['a text for a table', { build: 'x' }, 'build: expected a table'],
    ['a value in a list', { vm: [{ memory: 256 }] }, /^vm\[0\]\.memory: 256 is not like/],
    ['a switch', { http_service: { force_https: 'yes' } }, /force_https: expected a boolean/],
  ])('the check of that refuses %s', (_, file, issue) => {
    expect(flyIssues(file)).toEqual([expect.stringMatching(issue)]);
  });

  test('the machine runs for as long as somebody may hold a stream open', () => {
    expect(fly.http_service).toMatchObject({
      auto_stop_machines: 'off',
      auto_start_machines: true,
      min_machines_running: 1,
    });
    expect(fly.mounts).toHaveLength(1);
  });
});

function manifest(kind: string): Manifest {
  const found = kubernetes.filter((each) => each.kind === kind);
  if (found[0] === undefined || found.length > 1) throw new Error(`not one ${kind}`);
  return found[0];
}

/** The values that a variable of Compose has: its default, or something in its place. */
function mapped(environment: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => {
    return [name, value.startsWith('${') ? TOKEN : value];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { version: string };
  return version;
}
