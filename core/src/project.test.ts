import { describe, expect, it } from 'vitest';

import { createContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { Json } from './json.ts';
import { parseSnapshot } from './parse.ts';
import {
  checkProject,
  EMPTY_PROJECT,
  explicitFlag,
  parseProject,
  snapshotDocument,
  type Project,
} from './project.ts';
import type { Snapshot } from './snapshot.ts';

const ON_OFF = [
  { name: 'on', value: true },
  { name: 'off', value: false },
];

const EXPLICIT = {
  type: 'boolean',
  enabled: false,
  hash: 'ff1',
  salt: 'f',
  variants: ON_OFF,
  off: 'off',
  requires: [],
  targets: [],
  rules: [],
  default: { variant: 'on' },
  metadata: {},
};

function projectOf(input: Json): Project {
  const { project, issues } = parseProject(input);
  expect(issues).toEqual([]);
  return project as Project;
}

/** The flag `f` in production as it is evaluated. */
function explicit(flag: Json): unknown {
  return snapshotDocument(projectOf({ flags: { f: flag } }), 'production', 1)['flags'];
}

function issuesOf(input: unknown): string[] {
  const { project, issues } = parseProject(input);
  expect(project === undefined).toBe(issues.length > 0);
  return issues.map(({ path, code }) => `${code} ${path}`);
}

describe('a flag as people write it', () => {
  it.each<[why: string, written: Json, difference: object]>([
    ['nothing: a boolean flag that is off', {}, {}],
    ['on for everyone', { enabled: true }, { enabled: true }],
    [
      'with rules, off for the others',
      { rules: [{ when: { country: ['US'] }, rollout: '10%', serve: 'on' }] },
      {
        rules: [
          {
            id: 'r1',
            when: [{ attribute: 'country', op: 'in', values: ['US'] }],
            rollout: { percent: 10 },
            serve: { variant: 'on' },
          },
        ],
        default: { variant: 'off' },
      },
    ],
    [
      'with targets, off for the others',
      { targets: { on: ['qa-1'] } },
      {
        targets: [{ variant: 'on', keys: ['qa-1'] }],
        default: { variant: 'off' },
      },
    ],
    [
      'variants and what is served',
      { variants: { blue: '#00f', red: '#f00' }, off: 'red', default: 'blue' },
      {
        type: 'string',
        variants: [
          { name: 'blue', value: '#00f' },
          { name: 'red', value: '#f00' },
        ],
        off: 'red',
        default: { variant: 'blue' },
      },
    ],
    [
      'rules, and off of another name',
      { variants: { a: 1, b: 2 }, off: 'b', rules: [{ serve: 'a' }] },
      {
        type: 'number',
        variants: [
          { name: 'a', value: 1 },
          { name: 'b', value: 2 },
        ],
        off: 'b',
        rules: [{ id: 'r1', when: [], serve: { variant: 'a' } }],
        default: { variant: 'b' },
      },
    ],
    [
      'its owner is metadata',
      { owner: 'web', metadata: { ticket: 'W-1' } },
      {
        metadata: { owner: 'web', ticket: 'W-1' },
      },
    ],
    [
      'metadata of that name comes first',
      { owner: 'web', metadata: { owner: 'ops' } },
      {
        metadata: { owner: 'ops' },
      },
    ],
    [
      'the state under its environment',
      { environments: { production: { enabled: true } } },
      {
        enabled: true,
      },
    ],
  ])('%s', (_, written, difference) => {
    expect(explicit(written)).toEqual({ f: { ...EXPLICIT, ...difference } });
  });

  it('does not count where it is archived', () => {
    expect(explicit({ archived: true })).toEqual({});
  });

  it('is evaluated in each environment by its own state', () => {
    const project = projectOf({
      environments: ['production', 'dev', 'constructor'],
      flags: { f: { enabled: true, environments: { dev: { enabled: true, default: 'off' } } } },
    });
    const results = project.environments.map((environment) => {
      const document = snapshotDocument(project, environment, 3);
      const snapshot = parseSnapshot(document).snapshot as Snapshot;
      const { reason, ...result } = evaluate(snapshot, 'f', createContext({}));
      return [snapshot.environment, snapshot.version, reason, 'value' in result && result.value];
    });
    expect(results).toEqual([
      ['production', 3, 'STATIC', true],
      ['dev', 3, 'STATIC', false],
      ['constructor', 3, 'DISABLED', false],
    ]);
  });

  it('is made explicit once for each environment', () => {
    const project = projectOf({ environments: ['production', 'dev'], flags: { f: {} } });
    const flag = project.flags['f'];
    const made =
      flag && ['production', 'dev', 'production'].map((each) => explicitFlag(flag, each));
    expect(made?.[2]).toBe(made?.[0]);
    expect(made?.[1]).not.toBe(made?.[0]);
  });
});

describe('parseProject', () => {
  it.each<[why: string, input: Json, project: Project]>([
    ['nothing', {}, EMPTY_PROJECT],
    ['a schema', { schema: 1, flags: {}, segments: {} }, EMPTY_PROJECT],
    [
      'environments and segments',
      { environments: ['dev'], segments: { beta: { include: ['u1'] } } },
      {
        environments: ['dev'],
        flags: {},
        segments: { beta: { include: ['u1'] } },
      },
    ],
  ])('reads %s', (_, input, project) => {
    expect(parseProject(input)).toEqual({ project, issues: [] });
  });

  it.each<[why: string, input: unknown, issues: string[]]>([
    ['no object', [], ['type ']],
    ['an unknown field', { flag: {} }, ['unknown /flag']],
    ['another schema', { schema: 2 }, ['unsupported /schema']],
    ['environments that are none', { environments: 'dev' }, ['type /environments']],
    ['flags that are none', { flags: [] }, ['type /flags']],
    [
      'keys that are none',
      JSON.parse('{"flags": {"__proto__": {}, "a b": {}}, "segments": {"": {}}}'),
      ['key /flags/__proto__', 'key /flags/a b', 'key /segments/'],
    ],
    ['a flag that is none', { flags: { f: true } }, ['type /flags/f']],
    ['a segment that is none', { segments: { s: 7 } }, ['type /segments/s']],
    [
      'a flag that is nowhere',
      { flags: { f: { requires: [{ flag: 'g', variants: ['on'] }] } } },
      ['reference /flags/f/requires/0/flag'],
    ],
    [
      'one issue of two environments',
      { environments: ['dev', 'qa'], flags: { f: { type: 'x' } } },
      ['unsupported /flags/f/type'],
    ],
    [
      'no usual off',
      { flags: { f: { variants: { a: 1 }, default: 'a' } } },
      ['required /flags/f/off'],
    ],
    [
      'no usual off and default',
      { flags: { f: { variants: { a: 1 } } } },
      ['required /flags/f/off', 'required /flags/f/default'],
    ],
    [
      'variants that are none',
      { flags: { f: { variants: 7, metadata: 7, owner: 'web' } } },
      [
        'type /flags/f/variants',
        'type /flags/f/metadata',
        'required /flags/f/off',
        'required /flags/f/default',
      ],
    ],
    [
      'a variant that is none',
      { flags: { f: { variants: ['on', { name: 'off', value: false }] } } },
      ['type /flags/f/variants/0'],
    ],
    [
      'an enabled flag without a usual default',
      { flags: { f: { enabled: true, variants: { a: 1 }, off: 'a' } } },
      ['required /flags/f/default'],
    ],
    [
      'numbers that JSON cannot spell',
      {
        flags: {
          f: { metadata: { n: Infinity }, variants: { a: { n: [Infinity] } }, off: 'a' },
        },
      },
      ['range /flags/f/variants', 'range /flags/f/metadata/n'],
    ],
  ])('refuses %s', (_, input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });

  it.each<[why: string, flag: Json, issues: string[]]>([
    [
      'a state in the flag itself',
      { rules: [{ serve: { variant: 'x' } }] },
      ['reference /rules/0/serve/variant'],
    ],
    [
      'a state under its environment',
      { environments: { production: { rules: [{ serve: { variant: 'x' } }] } } },
      ['reference /environments/production/rules/0/serve/variant'],
    ],
    ['a short serve', { rules: [{ serve: 'x' }] }, ['reference /rules/0/serve']],
    ['a missing serve', { rules: [{}] }, ['required /rules/0/serve']],
    [
      'a short condition',
      { rules: [{ when: { country: [{}] }, serve: 'on' }] },
      ['type /rules/0/when'],
    ],
    ['a short rollout', { rules: [{ rollout: '101%', serve: 'on' }] }, ['range /rules/0/rollout']],
    ['short variants', { variants: { on: 1, off: 'x' } }, ['value /variants']],
    ['short targets', { targets: { x: [] } }, ['reference /targets']],
    ['a key to escape', { metadata: { 'a/b~c': [] } }, ['type /metadata/a~1b~0c']],
    [
      'a missing field of a part',
      { default: { split: [{ variant: 'on' }] } },
      ['required /default/split/0/weight'],
    ],
    [
      'what is inferred',
      {
        variants: [
          { name: 'on', value: null },
          { name: 'off', value: 1 },
        ],
      },
      ['unsupported '],
    ],
  ])('tells of %s where it is written', (_, flag, issues) => {
    const expected = issues.map((issue) => issue.replace(' ', ' /flags/f'));
    expect(issuesOf({ flags: { f: flag } })).toEqual(expected);
  });
});

describe('checkProject', () => {
  it('tells of an issue in each environment that has it', () => {
    const { project } = parseProject({
      environments: ['production', 'dev'],
      flags: { f: {} },
    });
    const state = { enabled: true, targets: [], rules: [], default: { variant: 'x' } };
    const flag = {
      ...(project as Project).flags['f'],
      environments: { production: state, dev: state },
    };
    const broken = { ...project, flags: { f: flag } } as Project;
    expect(checkProject(broken).map(({ path, code }) => `${code} ${path}`)).toEqual([
      'reference /flags/f/environments/production/default/variant',
      'reference /flags/f/environments/dev/default/variant',
    ]);
  });
});
