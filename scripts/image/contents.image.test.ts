import { globSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { nameOf, NATIVE, VERSION, type Kind } from './build.ts';
import { ask } from './engine.ts';

// What is in the images, and what they say of themselves. `make image-test` builds them before.

const IMAGES = [
  ['server', NATIVE],
  ['slim', NATIVE],
  ['server', NATIVE === 'amd64' ? 'arm64' : 'amd64'],
] as const satisfies readonly (readonly [Kind, string])[];

/** The program, the C library with its loader, who it runs as, and the licences. */
const KNOWN = [
  /^bin\/ffctl$/,
  /^lib(?:64)?\/ld-linux-[\w-]+\.so\.\d$/,
  /^lib\/[\w-]+-linux-gnu\/lib(?:c|m|dl|pthread)\.so\.\d$/,
  /^etc\/(?:passwd|group)$/,
  /^licenses\/[\w.-]+$/,
];

function inspected(name: string, what: string): unknown {
  return JSON.parse(ask('podman', 'image', 'inspect', '--format', `{{json .${what}}}`, name));
}

test.each(IMAGES)('%s for %s says what it is and how it runs', (kind, architecture) => {
  const name = nameOf(kind, architecture);
  const config = inspected(name, 'Config') as Record<string, unknown>;
  expect(config).toMatchObject({
    User: '65532:65532',
    Entrypoint: ['/bin/ffctl'],
    Cmd: ['serve'],
    WorkingDir: '/data',
    ExposedPorts: { '8080/tcp': {} },
    Volumes: { '/data': {} },
    Env: ['PATH=/bin', 'FF_HOST=0.0.0.0', 'FF_DATA=/data'],
  });
  const label = (text: string): string => `org.opencontainers.image.${text}`;
  expect(config['Labels']).toMatchObject({
    [label('title')]: 'FeatureFlags',
    [label('licenses')]: 'Apache-2.0',
    [label('version')]: VERSION,
    [label('revision')]: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    [label('created')]: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
  });
  expect(inspected(name, 'HealthCheck')).toMatchObject({ Test: ['CMD', '/bin/ffctl', 'health'] });
  expect(inspected(name, 'Architecture')).toBe(architecture);
});

test.each(IMAGES)('%s for %s holds nothing else', (kind, architecture) => {
  const name = nameOf(kind, architecture);
  const root = ask('podman', 'image', 'mount', name);
  const entries = globSync('**/*', { cwd: root, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  ask('podman', 'image', 'unmount', name);
  expect(files.filter((file) => !KNOWN.some((known) => known.test(file)))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'bin/ffctl',
      'licenses/featureflags.txt',
      'licenses/glibc.txt',
      'licenses/third-party.txt',
    ]),
  );
});
