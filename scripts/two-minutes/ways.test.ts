import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ROOT } from '../root.ts';
import { waysOf } from './ways.ts';

// What is timed is what people read, but for names of files and for what a second terminal does.

const DOCS = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');

/** How the docs write what a script writes for itself. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/ &$/, ''],
  [/^curl -sf /, 'curl '],
  [/ -d --name featureflags/, ''],
  [/(featureflags\/server):1\.2\.3/, '$1'],
  [
    /^gunzip -c image\.tar\.gz \| docker load -q$/,
    'gunzip -c featureflags-server-*-docker-amd64.tar.gz | docker load',
  ],
  [/^npx --yes \.\/featureflags\.tgz$/, 'npx --yes ./featureflags-*.tgz'],
  [/^npx --yes \.\/ffctl\.tgz/, 'npx ffctl'],
  [/^git clone -q \/repository/, 'git clone REPOSITORY'],
  [/^docker exec -e FF_TOKEN=\$token featureflags/, 'docker exec -e FF_TOKEN=… CONTAINER'],
  [/"Authorization: Bearer \$token"/, '"Authorization: Bearer ff_admin_…"'],
];

function spelt(line: string): string {
  return SPELLINGS.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    line,
  );
}

describe.each(waysOf('1.2.3', 'amd64'))('$name', ({ name, needs, script }) => {
  const lines = script.split('\n').filter((line) => !/^(?:until|token=)/.test(line));

  test.each(lines)('%s', (line) => {
    expect(DOCS).toContain(spelt(line));
  });

  test('what it needs', () => {
    expect(DOCS.replaceAll(/ +/g, ' ')).toContain(`| ${name} | ${needs} |`);
  });
});
