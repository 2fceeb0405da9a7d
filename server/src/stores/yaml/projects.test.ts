import { readFileSync } from 'node:fs';

import { parseProject, snapshotDocument, type Json } from '@featureflags/core';
import { describe, expect, it } from 'vitest';

import { readYaml } from './document.ts';

interface Case {
  readonly id: string;
  readonly why: string;
  readonly yaml: string;
  readonly environment: string;
  readonly expect: { readonly snapshot?: Json; readonly refused?: true };
}

const path = new URL('../../../../spec/projects.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly Case[] };

/** What the offline mode of the SDKs must read alike: spec/project.md. */
describe('spec/projects.json', () => {
  it('has cases of each outcome', () => {
    const refused = cases.filter((each) => each.expect.refused);
    expect([cases.length, refused.length].map((count) => count > 25)).toEqual([true, true]);
  });

  it.each(cases)('$id: $why', ({ yaml, environment, expect: expected }) => {
    expect(outcome(yaml, environment)).toEqual(expected);
  });
});

function outcome(yaml: string, environment: string): Case['expect'] {
  const { faults, value } = readYaml(yaml);
  if (faults.length > 0) return { refused: true };
  const { project } = parseProject(value);
  if (project === undefined) return { refused: true };
  const document = snapshotDocument(project, environment, 0);
  return { snapshot: JSON.parse(JSON.stringify(document)) as Json };
}
