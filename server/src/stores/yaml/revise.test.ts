import {
  FIRST_ENVIRONMENT,
  type FlagDefinition,
  type FlagState,
  type Json,
  type Project,
} from '@featureflags/core';
import { describe, expect, test } from 'vitest';

import { changed } from './difference.ts';
import { alter, edited, withFlags } from './project.fixture.ts';

type Change = (project: Project) => Project;

const state = (key: string, change: (state: FlagState) => Partial<FlagState>): Change => {
  const environment = FIRST_ENVIRONMENT;
  return (project) =>
    alter(project, key, ({ environments }) => {
      const before = environments[environment] as FlagState;
      return { environments: { ...environments, [environment]: { ...before, ...change(before) } } };
    });
};
const field = (key: string, fields: Partial<FlagDefinition>): Change => {
  return (project) => alter(project, key, () => fields);
};
const rules = (list: Json): readonly Json[] => list as readonly Json[];

const FILE = `# Who owns this file: the web team.
schema: 1

flags:
  # The new checkout. Ask Ann first.
  new_checkout: # since May
    description: 'New checkout'   # shown in the dashboard
    enabled: false

    rules:
      # the testers
      - when: {plan: [pro, team]}
        serve: on
      # everybody, slowly
      - rollout: 10%
        serve: on
    # goes when the old one is gone
  # The banner
  banner:
    variants: { blue: "#00f", green: '#0f0' }
    off: blue
    default: {variant: green}
    tags:
    - a   # first
    - b


segments: # who
  staff:
    include: [ann]
`;

/** Each: what is done, and the lines that differ: `-` before, `+` after. */
const cases: [name: string, change: Change, difference: string][] = [
  [
    'a switch',
    state('new_checkout', () => ({ enabled: true })),
    `
-    enabled: false
+    enabled: true
`,
  ],
  [
    'a description, quoted as before',
    field('new_checkout', { description: "Ann's" }),
    `
-    description: 'New checkout'   # shown in the dashboard
+    description: 'Ann''s'   # shown in the dashboard
`,
  ],
  [
    'a percentage',
    state('new_checkout', ({ rules: list }) => ({
      rules: [
        rules(list)[0] as Json,
        { id: 'r2', when: [], rollout: { percent: 12.5 }, serve: { variant: 'on' } },
      ],
    })),
    `
-      - rollout: 10%
+      - rollout: 12.5%
`,
  ],
  [
    'a rule at the end',
    state('new_checkout', ({ rules: list }) => ({
      rules: [
        ...rules(list),
        {
          id: 'x',
          when: [{ attribute: 'email', op: 'ends_with', values: ['@a.b'] }],
          serve: { variant: 'on' },
        },
      ],
    })),
    `
+      - id: x
+        when:
+          - { attribute: email, op: ends_with, values: ["@a.b"] }
+        serve: on
`,
  ],
  [
    'a rule in front',
    state('new_checkout', ({ rules: list }) => ({
      rules: [{ id: 'r3', when: [], serve: { variant: 'off' } }, ...rules(list)],
    })),
    `
+      - id: r3
+        serve: off
`,
  ],
  [
    'the first rule goes, with its comment, and the other keeps its id',
    state('new_checkout', ({ rules: list }) => ({ rules: rules(list).slice(1) })),
    `
-      # the testers
-      - when: {plan: [pro, team]}
-        serve: on
-      - rollout: 10%
+      - id: r2
+        rollout: 10%
`,
  ],
  [
    'rules swap, with their comments',
    state('new_checkout', ({ rules: list }) => ({ rules: rules(list).toReversed() })),
    `
+      # everybody, slowly
+      - id: r2
+        rollout: 10%
+        serve: on
-      # everybody, slowly
-      - rollout: 10%
-        serve: on
`,
  ],
  [
    'a new field',
    field('new_checkout', { owner: 'web' }),
    `
+    owner: web
`,
  ],
  [
    'a field of another flag, in brackets',
    field('banner', {
      variants: [
        { name: 'blue', value: 'navy' },
        { name: 'green', value: '#0f0' },
      ],
    }),
    `
-    variants: { blue: "#00f", green: '#0f0' }
+    variants: { blue: "navy", green: '#0f0' }
`,
  ],
  [
    'a longer list',
    field('banner', { tags: ['a', 'b', 'c'] }),
    `
+    - c
`,
  ],
  [
    'a shorter list',
    field('banner', { tags: ['b'] }),
    `
-    - a   # first
`,
  ],
  [
    'the long form stays',
    state('banner', () => ({ default: { variant: 'blue' } })),
    `
-    default: {variant: green}
+    default: {variant: blue}
`,
  ],
  [
    'a first environment of its own',
    (project) =>
      changed(withFlags(project, {}), [
        { kind: 'environment', key: 'staging', before: null, after: {} },
        {
          kind: 'flag',
          key: 'banner',
          before: null,
          after: {
            ...project.flags['banner'],
            environments: {
              ...project.flags['banner']?.environments,
              staging: {
                enabled: true,
                off: 'blue',
                targets: [],
                rules: [],
                default: { variant: 'blue' },
              },
            },
          },
        },
      ]),
    `
+environments: [production, staging]
+    environments:
+      staging:
+        enabled: true
+        off: blue
+        default: blue
`,
  ],
  [
    'a new flag',
    (project) => withFlags(project, { next: { description: 'Next: the one' } }),
    `
+  next:
+    description: "Next: the one"
`,
  ],
  [
    'a flag goes, with its comments',
    (project) => withFlags(project, { new_checkout: null }),
    `
-  # The new checkout. Ask Ann first.
-  new_checkout: # since May
-    description: 'New checkout'   # shown in the dashboard
-    enabled: false
-
-    rules:
-      # the testers
-      - when: {plan: [pro, team]}
-        serve: on
-      # everybody, slowly
-      - rollout: 10%
-        serve: on
-    # goes when the old one is gone
`,
  ],
  [
    'every flag goes',
    (project) => withFlags(project, { new_checkout: null, banner: null }),
    `
-flags:
-  # The new checkout. Ask Ann first.
-  new_checkout: # since May
-    description: 'New checkout'   # shown in the dashboard
-    enabled: false
-
-    rules:
-      # the testers
-      - when: {plan: [pro, team]}
-        serve: on
-      # everybody, slowly
-      - rollout: 10%
-        serve: on
-    # goes when the old one is gone
-  # The banner
-  banner:
-    variants: { blue: "#00f", green: '#0f0' }
-    off: blue
-    default: {variant: green}
-    tags:
-    - a   # first
-    - b
+flags: {}
`,
  ],
  [
    'a segment',
    (project) =>
      changed(project, [
        { kind: 'segment', key: 'staff', before: null, after: { include: ['ann', 'bo'] } },
        {
          kind: 'segment',
          key: 'beta',
          before: null,
          after: { any: [[{ attribute: 'a', op: 'exists' }]] },
        },
      ]),
    `
-    include: [ann]
+    include: [ann, bo]
+
+  beta:
+    any:
+      - - { attribute: a, op: exists }
`,
  ],
  [
    'archived, and off',
    (project) => alter(project, 'new_checkout', () => ({ archived: true, environments: {} })),
    `
-    enabled: false
+    archived: true
-    rules:
-      # the testers
-      - when: {plan: [pro, team]}
-        serve: on
-      # everybody, slowly
-      - rollout: 10%
-        serve: on
`,
  ],
];

describe('revise', () => {
  test.each(cases)('%s', (_name, change, difference) => {
    expect(diff(FILE, edited(FILE, change))).toBe(difference.slice(1));
  });

  test.each(cases)('%s, with \\r\\n and a byte order mark', (_name, change, difference) => {
    const windows = `\uFEFF${FILE.replaceAll('\n', '\r\n')}`;
    const after = edited(windows, change);
    expect(after.startsWith('\uFEFF#')).toBe(true);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(diff(windows.replaceAll('\r', ''), after.replaceAll('\r', ''))).toBe(
      difference.slice(1),
    );
  });

  test.each(cases)('%s, without a line break at the end', (_name, change) => {
    const after = edited(FILE.trimEnd(), change);
    const usual = edited(FILE, change);
    expect(`${after.trimEnd()}\n`).toBe(usual);
  });

  test('writes what a person would', () => {
    const flags = {
      new_checkout: {
        description: 'New checkout',
        enabled: true,
        rules: [{ rollout: '10%', serve: 'on' }],
        default: 'off',
      },
      theme: {
        variants: { blue: '#00f', green: '#0f0' },
        targets: { green: ['qa-1', 'qa-2'] },
        rules: [
          {
            when: { country: ['US', 'CA'], plan: 'pro' },
            serve: {
              split: [
                { variant: 'blue', weight: 1 },
                { variant: 'green', weight: 3 },
              ],
              by: 'company',
            },
          },
        ],
        off: 'blue',
        default: 'green',
        requires: [{ flag: 'new_checkout', variants: ['on'] }],
        metadata: { link: 'https://example.com/#a', note: 'x: y' },
      },
    };
    const text = edited('', (project) => withFlags(project, flags));
    expect(text).toBe(`flags:
  new_checkout:
    description: New checkout
    enabled: true
    rules:
      - rollout: 10%
        serve: on
    default: off

  theme:
    variants:
      blue: "#00f"
      green: "#0f0"
    metadata:
      link: https://example.com/#a
      note: "x: y"
    requires:
      - { flag: new_checkout, variants: [on] }
    enabled: false
    off: blue
    targets: { green: [qa-1, qa-2] }
    rules:
      - when: { country: [US, CA], plan: pro }
        serve:
          split:
            - { variant: blue, weight: 1 }
            - { variant: green, weight: 3 }
          by: company
    default: green
`);
  });

  test.each([
    ['flags: {}\n', 'flags:\n  a:\n    enabled: true\n'],
    ['flags:\n', 'flags:\n  a:\n    enabled: true\n'],
    ['# nothing yet\n', '# nothing yet\nflags:\n  a:\n    enabled: true\n'],
    ['# nothing yet', '# nothing yet\nflags:\n  a:\n    enabled: true\n'],
    ['---\nschema: 1', '---\nschema: 1\nflags:\n  a:\n    enabled: true'],
    ['{}', 'flags:\n  a:\n    enabled: true\n'],
    ['flags:\n    b: {}\n', 'flags:\n    b: {}\n\n    a:\n        enabled: true\n'],
    ['flags: { b: {} }\n', 'flags:\n  b: {}\n\n  a:\n    enabled: true\n'],
    ['flags: { a: { enabled: false } } # x\n', 'flags: { a: { enabled: true } } # x\n'],
    ['flags:\n  a: {}\n', 'flags:\n  a:\n    enabled: true\n'],
    ['flags:\n  a:\n    ? enabled\n    : false\n', 'flags:\n  a:\n    ? enabled\n    : true\n'],
    [
      'flags:\n  a:\n    description: |\n      x\n\n',
      'flags:\n  a:\n    description: |\n      x\n    enabled: true\n\n',
    ],
    ['"flags":\n  "a":\n    "enabled": false', '"flags":\n  "a":\n    "enabled": true'],
  ])('adds to %j', (before, after) => {
    const change: Change = (project) => {
      const description = project.flags['a']?.description ?? '';
      return withFlags(project, { a: { description, enabled: true } });
    };
    expect(edited(before, change)).toBe(after);
  });
});

describe('what the smallest edit cannot write', () => {
  test('has its flag written anew, and the others as they were', () => {
    const before = 'flags:\n  # b\n  b: { } # c\n  a:\n    ? description\n    : |\n      x\n';
    const after = edited(before, (project) => withFlags(project, { a: { description: 'y' } }));
    expect(after).toBe('flags:\n  # b\n  b: { } # c\n\n  a:\n    description: y\n');
  });

  test('is written anew as a whole in the end', () => {
    const after = edited('? flags\n: {}\n', (project) =>
      withFlags(project, { a: { enabled: true } }),
    );
    expect(after).toMatch(/^# The feature flags.*\n.*\n\nflags:\n  a:\n    enabled: true\n$/);
  });

  test.each([
    [
      'a list kept to its last empty line',
      'flags:\n  a:\n    enabled: false\n    description: |+\n      x\n\n\n  b: {}\n',
    ],
    [
      'the order of an object',
      'flags:\n  a:\n    enabled: false\n    description: "x\\n\\n\\n"\n    targets: {on: [a], off: [b]}\n  b: {}\n',
    ],
  ])('%s is left alone', (_name, before) => {
    const after = edited(before, (project) =>
      alter(project, 'a', ({ environments }) => ({
        environments: {
          production: { ...(environments['production'] as FlagState), enabled: true },
        },
      })),
    );
    expect(after).toBe(before.replace('enabled: false', 'enabled: true'));
  });

  test('an object whose order counts becomes a list when the order changes', () => {
    const before = 'flags:\n  a:\n    targets: {on: [a], off: [b]} # who\n';
    const after = edited(
      before,
      state('a', ({ targets }) => ({ targets: rules(targets).toReversed() })),
    );
    expect(after).toBe(
      'flags:\n  a:\n    targets:\n      - { variant: off, keys: [b] }\n      - { variant: on, keys: [a] } # who\n',
    );
  });
});

/** The lines that differ, without those between them. */
function diff(before: string, after: string): string {
  const [old, now] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')];
  // The longest common subsequence, from the end.
  const table = Array.from({ length: old.length + 1 }, () => Array<number>(now.length + 1).fill(0));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = table[i] as number[];
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j, result] = [0, 0, ''];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) [i, j] = [i + 1, j + 1];
    else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1)))
      result += `-${old[i++] ?? ''}\n`;
    else result += `+${now[j++] ?? ''}\n`;
  }
  return result;
}
