import { describe, expect, it } from 'vitest';

import {
  readDefinition,
  readEnvironments,
  stateIn,
  UNTOUCHED,
  type FlagDefinition,
} from './definition.ts';
import type { Issue, Place } from './issue.ts';
import type { Json } from './json.ts';

const DEFAULTS = {
  description: '',
  type: 'boolean',
  tags: [],
  owner: '',
  metadata: {},
  hash: 'ff1',
  salt: 'f',
  variants: [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ],
  requires: [],
  archived: false,
  environments: {},
};

interface Read<T> {
  readonly read: T | undefined;
  readonly issues: readonly string[];
}

function reading<T>(read: (place: Place) => T | undefined): Read<T> {
  const issues: Issue[] = [];
  const made = read({ path: '', issues });
  return { read: made, issues: issues.map(({ path, code }) => `${code} ${path}`) };
}

function define(
  value: Json,
  known: readonly string[] = ['production', 'dev'],
): Read<FlagDefinition> {
  return reading((place) => readDefinition(place, 'f', value, known));
}

describe('readDefinition', () => {
  it.each<[why: string, written: Json, difference: object]>([
    ['nothing is needed', {}, {}],
    [
      'shorthand',
      { variants: { blue: '#00f', red: '#f00' } },
      {
        type: 'string',
        variants: [
          { name: 'blue', value: '#00f' },
          { name: 'red', value: '#f00' },
        ],
      },
    ],
    [
      'everything',
      {
        description: 'd',
        type: 'number',
        tags: ['t'],
        owner: 'web',
        metadata: { ticket: 'W-1' },
        hash: 'ff9',
        salt: 's',
        requires: [{ flag: 'g', variants: ['on'] }],
        archived: true,
      },
      {
        description: 'd',
        type: 'number',
        tags: ['t'],
        owner: 'web',
        metadata: { ticket: 'W-1' },
        hash: 'ff9',
        salt: 's',
        requires: [{ flag: 'g', variants: ['on'] }],
        archived: true,
      },
    ],
    [
      'the state of production in the flag itself',
      { enabled: true, rules: [{ serve: 'on' }] },
      {
        environments: {
          production: {
            enabled: true,
            targets: [],
            rules: [{ id: 'r1', when: [], serve: { variant: 'on' } }],
          },
        },
      },
    ],
    [
      'off in the flag itself',
      { off: 'off' },
      {
        environments: { production: { enabled: false, off: 'off', targets: [], rules: [] } },
      },
    ],
    [
      'the states of environments',
      {
        environments: {
          dev: { enabled: true, targets: { on: ['a'] }, default: 'off' },
          production: {},
        },
      },
      {
        environments: {
          dev: {
            enabled: true,
            targets: [{ variant: 'on', keys: ['a'] }],
            rules: [],
            default: { variant: 'off' },
          },
          production: { enabled: false, targets: [], rules: [] },
        },
      },
    ],
    [
      'both, for different environments',
      { enabled: true, environments: { dev: { enabled: true } } },
      {
        environments: {
          production: { enabled: true, targets: [], rules: [] },
          dev: { enabled: true, targets: [], rules: [] },
        },
      },
    ],
  ])('%s', (_, written, difference) => {
    expect(define(written)).toEqual({ read: { ...DEFAULTS, ...difference }, issues: [] });
  });

  it.each<[why: string, written: Json, issues: string[]]>([
    ['no object', 'on', ['type ']],
    ['an unknown field', { colour: 1 }, ['unknown /colour']],
    [
      'wrong types',
      { description: 1, owner: 2, tags: 'a', archived: 0, enabled: 'yes' },
      ['type /description', 'type /tags', 'type /owner', 'type /archived', 'type /enabled'],
    ],
    ['a wrong tag', { tags: ['a', 1] }, ['type /tags/1']],
    ['environments that are a list', { environments: [] }, ['type /environments']],
    ['an environment that is none', { environments: { dev: true } }, ['type /environments/dev']],
    ['an unknown environment', { environments: { 'a/b': {} } }, ['reference /environments/a~1b']],
    [
      'an unknown field in an environment',
      { environments: { dev: { salt: 's' } } },
      ['unknown /environments/dev/salt'],
    ],
    [
      'production twice',
      { enabled: true, environments: { production: {} } },
      ['duplicate /environments/production'],
    ],
    [
      'constructor is no environment',
      { environments: { constructor: {} } },
      ['reference /environments/constructor'],
    ],
  ])('%s', (_, written, issues) => {
    expect(define(written).issues).toEqual(issues);
  });

  it('refuses the state of production where there is no such environment', () => {
    const { issues } = define({ enabled: true, off: 'off' }, ['dev']);
    expect(issues).toEqual(['reference /enabled', 'reference /off']);
  });

  it('reads an environment called constructor', () => {
    const { read, issues } = define({ environments: { constructor: { enabled: true } } }, [
      'constructor',
    ]);
    expect(issues).toEqual([]);
    expect(Object.keys(read?.environments ?? {})).toEqual(['constructor']);
  });
});

describe('stateIn', () => {
  const state = { ...UNTOUCHED, enabled: true };
  const definition = { ...DEFAULTS, environments: { dev: state } };

  it.each([
    ['dev', state],
    ['production', UNTOUCHED],
    // What objects inherit is no state.
    ['constructor', UNTOUCHED],
  ])('%s', (environment, expected) => {
    expect(stateIn(definition, environment)).toBe(expected);
  });
});

describe('readEnvironments', () => {
  it.each<[written: Json, names: string[] | undefined, issues: string[]]>([
    [['production'], ['production'], []],
    [['dev', 'constructor'], ['dev', 'constructor'], []],
    ['dev', undefined, ['type ']],
    [[], [], ['range ']],
    [[7], [], ['type /0']],
    [['a b', 'dev', 'dev'], ['dev'], ['key /0', 'duplicate /2']],
  ])('%j', (written, names, issues) => {
    const made = reading((place) => readEnvironments(place, written));
    expect(made).toEqual({ read: names, issues });
  });
});
