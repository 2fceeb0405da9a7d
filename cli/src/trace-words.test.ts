import type { ConditionTrace, Trace } from '@featureflags/core';
import { expect, test } from 'vitest';
import { lookOf } from './look.ts';
import { traceText } from './trace-words.ts';

function words(trace: Trace, env: Record<string, string> = { LANG: 'C.UTF-8' }): string[] {
  const look = lookOf({ isTerminal: false, columns: undefined, env }, false);
  return traceText(trace, look).trimEnd().split('\n');
}

const START: Trace = [
  { step: 1, outcome: 'found' },
  { step: 2, enabled: true },
];

test('a rule that applies', () => {
  const country: ConditionTrace = {
    attribute: 'country',
    op: 'in',
    values: ['US'],
    actual: 'US',
    result: true,
  };
  const trace: Trace = [
    ...START,
    { step: 4, targetingKey: '123', variant: null },
    { step: 5, rule: 'r1', conditions: [country], applies: true },
  ];
  expect(words(trace)).toEqual([
    '✓ The flag is there.',
    '✓ It is enabled.',
    '· 123 is no target, so the rules decide.',
    '✓ Rule r1 applies and serves:',
    '  ✓ country is US: it is "US"',
  ]);
  expect(words(trace, {})).toContain('. 123 is no target, so the rules decide.');
});

const CONDITIONS: readonly [condition: ConditionTrace, line: string][] = [
  [
    { attribute: 'a', op: 'in', values: [1], actual: null, result: false },
    '  ✗ a is 1: there is no a',
  ],
  [{ attribute: 'a', op: 'not_exists', actual: null, result: true }, '  ✓ has no a'],
  [{ attribute: 'a', op: 'exists', actual: [1, 'x'], result: true }, '  ✓ has a: it is [1,"x"]'],
  [
    { attribute: 'a', op: 'exists', actual: 'y'.repeat(80), result: true },
    `  ✓ has a: it is "${'y'.repeat(58)}…`,
  ],
  [
    { segment: 's', op: 'in_segment', by: 'include', result: true },
    '  ✓ in segment s: the segment includes the user by name',
  ],
  [
    { segment: 's', op: 'in_segment', by: 'none', result: false },
    '  ✗ in segment s: nothing in the segment holds the user',
  ],
];

test.each(CONDITIONS)('%j', (condition, line) => {
  expect(words([{ step: 5, rule: 'r', conditions: [condition], applies: false }])).toEqual([
    '✗ Rule r does not apply:',
    line,
  ]);
});

const ENTRIES: readonly [what: string, trace: Trace, lines: string[]][] = [
  ['missing', [{ step: 1, outcome: 'not_found' }], ['✗ There is no such flag.']],
  [
    'refused',
    [{ step: 1, outcome: 'refused' }],
    ['✗ The flag is there, but its definition is refused.'],
  ],
  [
    'disabled',
    [{ step: 2, enabled: false }],
    ['✗ It is disabled: everybody gets its off variant.'],
  ],
  ['a target', [{ step: 4, targetingKey: 'u', variant: 'on' }], ['✓ u is a target and gets on.']],
  [
    'no key',
    [{ step: 4, targetingKey: null, variant: null }],
    ['· There is no user key, so the rules decide.'],
  ],
  [
    'a requirement',
    [{ step: 3, requires: 'other', variants: ['on'], variant: 'off', met: false, trace: START }],
    [
      '✗ It requires other to be on: that is off.',
      '    ✓ The flag is there.',
      '    ✓ It is enabled.',
    ],
  ],
  [
    'a requirement that erred',
    [{ step: 3, requires: 'other', variants: ['on'], variant: null, met: false, trace: [] }],
    ['✗ It requires other to be on: that is nothing, because it erred.'],
  ],
  [
    'a rollout',
    [
      {
        step: 5,
        rule: 'rollout',
        conditions: [],
        applies: false,
        rollout: { by: 'targetingKey', value: '1', percent: 10, bucket: 34567, inside: false },
      },
    ],
    [
      '✗ Rule rollout does not apply:',
      '  ✓ It has no conditions: everybody.',
      '  ✗ rollout to 10%: targetingKey "1" is at 34.567%, outside',
    ],
  ],
  [
    'a rollout without its attribute',
    [
      {
        step: 5,
        rule: 'r',
        conditions: [],
        applies: false,
        rollout: { by: 'company', value: null, percent: 10, bucket: null, inside: false },
      },
    ],
    [
      '✗ Rule r does not apply:',
      '  ✓ It has no conditions: everybody.',
      '  ✗ rollout to 10%: there is no company to go by',
    ],
  ],
  [
    'a split',
    [
      {
        step: 6,
        outcome: 'default',
        reason: 'SPLIT',
        split: { by: 'company', value: 'x', point: 3, weight: 10, variant: 'a' },
      },
    ],
    ['✓ No rule applies: the default serves.', '  ✓ split: company "x" is at 3 of 10: a'],
  ],
  [
    'a split without its key',
    [
      {
        step: 6,
        outcome: 'default',
        reason: 'ERROR',
        split: { by: 'company', value: null, point: null, weight: 10, variant: null },
      },
    ],
    ['✗ The default cannot decide:', '  ✗ split: there is no company to go by'],
  ],
  [
    'the default',
    [{ step: 6, outcome: 'default', reason: 'DEFAULT' }],
    ['✓ No rule applies: the default serves.'],
  ],
  [
    'the only default',
    [{ step: 6, outcome: 'default', reason: 'STATIC' }],
    ['✓ It has no rules: the default serves everybody.'],
  ],
];

test.each(ENTRIES)('%s', (_what, trace, lines) => {
  expect(words(trace)).toEqual(lines);
});
