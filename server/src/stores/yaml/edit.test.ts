import type { FlagDefinition, Json, JsonObject, Project } from '@featureflags/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { changed, changesBetween } from './difference.ts';
import { readYaml } from './document.ts';
import { editText } from './edit.ts';
import { reviseEntries } from './outline.ts';
import { read } from './project.fixture.ts';
import { blockText, flowText } from './render.ts';
import { rewriteFlag } from './rewrite-flag.ts';
import { rewrite } from './rewrite.ts';
import { shortFlag } from './short.ts';

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'on',
    'a b',
    'x: y',
    '# no',
    '- a',
    '1',
    'null',
    '',
    ' ',
    "it's",
    '"',
    '[',
    '{a}',
    'a\nb',
    '%',
    '@x',
    '<<',
  ),
);
const names = fc.constantFrom('a', 'b', 'c', 'long-name_1.0', '7', '1e3', 'null');
const scalars: fc.Arbitrary<Json> = fc.oneof(
  texts,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalars,
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, texts), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const serves: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom('x', 'y').map((variant) => ({ variant })),
  fc
    .tuple(
      fc.nat(9),
      fc.integer({ min: 1, max: 9 }),
      fc.option(texts.filter(Boolean), { nil: undefined }),
    )
    .map(([one, other, by]) => ({
      split: [
        { variant: 'x', weight: one },
        { variant: 'y', weight: other },
      ],
      ...(by === undefined ? {} : { by }),
    })),
);
const conditions: fc.Arbitrary<Json> = fc.oneof(
  fc.record({
    attribute: texts.filter(Boolean),
    op: fc.constant('in'),
    values: fc.array(fc.oneof(texts, fc.boolean(), fc.integer()), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ attribute: texts.filter(Boolean), op: fc.constant('exists') }),
  fc.constant({ segment: 's', op: 'in_segment' }),
);
const rule = fc.record(
  {
    id: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'testers', '12'),
    description: texts,
    when: fc.array(conditions, { maxLength: 3 }),
    rollout: fc.record(
      { percent: fc.constantFrom(0, 10, 12.5, 0.001, 100), by: texts.filter(Boolean) },
      { requiredKeys: ['percent'] },
    ),
    serve: serves,
  },
  { requiredKeys: ['id', 'when', 'serve'] },
);
const states = fc.record({
  enabled: fc.boolean(),
  off: fc.constantFrom('x', 'y'),
  targets: fc.array(
    fc.record({ variant: fc.constantFrom('x', 'y'), keys: fc.array(texts, { maxLength: 3 }) }),
    { maxLength: 2 },
  ),
  rules: fc.uniqueArray(rule, { maxLength: 4, selector: (each) => each.id }),
  default: serves,
});
const definitions = (key: string): fc.Arbitrary<FlagDefinition> =>
  fc.record({
    description: texts,
    type: fc.constant('object'),
    tags: fc.array(texts, { maxLength: 3 }),
    owner: texts,
    metadata: fc.dictionary(fc.oneof(names, texts), scalars, { maxKeys: 3 }),
    hash: fc.constant('ff1'),
    salt: fc.oneof(fc.constant(key), texts),
    variants: fc.tuple(values, values).map(([x, y]) => [
      { name: 'x', value: { v: x } },
      { name: 'y', value: { v: y } },
    ]),
    requires: fc.constant([]),
    archived: fc.boolean(),
    // A flag must say what it serves wherever there is an environment.
    environments: fc.record({ production: states, staging: states }),
  });

/** How one flag stands in the file, and what it is afterwards; undefined: it stays. */
interface Entry {
  readonly before: FlagDefinition;
  readonly after: FlagDefinition | null | undefined;
  readonly style: 'short' | 'full' | 'flow' | 'json';
  readonly comment: string;
  readonly gap: boolean;
}

/** Another flag altogether, or the same one with a field or two of another one. */
const edits = (key: string, before: FlagDefinition): fc.Arbitrary<FlagDefinition> =>
  fc
    .tuple(
      definitions(key),
      fc.subarray(['description', 'tags', 'metadata', 'variants', 'owner', 'salt'] as const),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([other, fields, kind]) => {
      if (kind === 0) return other;
      const after: Record<string, unknown> = { ...before };
      for (const field of fields) after[field] = other[field];
      const was = before.environments['production'] as FlagDefinition['environments'][string];
      const is = other.environments['production'] as FlagDefinition['environments'][string];
      const list = was.rules as readonly JsonObject[];
      const rules = [
        list.toReversed(),
        list.slice(1),
        [...list.slice(0, 2), ...list.slice(3)],
        is.rules,
        list,
      ][kind - 1];
      const production = {
        ...was,
        rules: rules as Json,
        ...(kind === 5 ? { default: is.default, enabled: is.enabled } : {}),
      };
      after['environments'] = { ...before.environments, production };
      return after as unknown as FlagDefinition;
    });

const entries = (key: string): fc.Arbitrary<Entry> =>
  definitions(key).chain((before) =>
    fc.record({
      before: fc.constant(before),
      after: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.constant(null), {
        weight: 3,
        arbitrary: edits(key, before),
      }),
      style: fc.constantFrom('short', 'full', 'flow', 'json'),
      comment: fc.constantFrom('', '  # about it\n', '# at the margin\n', '\n  # two\n  # lines\n'),
      gap: fc.boolean(),
    }),
  );

/** A flag's own lines: the part of the file that others' edits must leave alone. */
function blockOf(key: string, { before, style, comment }: Entry): string {
  const full = {
    ...before,
    metadata: { ...(before.metadata as JsonObject) },
  } as unknown as JsonObject;
  const value = style === 'short' ? shortFlag(key, before) : full;
  const name = JSON.stringify(key);
  if (style === 'json') return `${comment}  ${name}: ${JSON.stringify(value)} # end\n`;
  if (style === 'flow') return `${comment}  ${name}: ${flowText(value)}\n`;
  const lines = blockText('', value, { column: 4, step: 2 }).split('\n');
  const remarks = lines.flatMap((line) =>
    /: on$|: x$/.test(line) ? [`${line} # remark`] : [line],
  );
  return `${comment}  ${name}: # begins\n${remarks.join('\n')}\n`;
}

const keys = ['first', 'second', 'third'];
const files = fc.record({
  entries: fc.tuple(...keys.map(entries)),
  added: fc.option(definitions('fourth'), { nil: undefined }),
  hasEnd: fc.boolean(),
});

test('an edit says exactly what is wanted, and leaves every other flag byte for byte', () => {
  fc.assert(
    fc.property(files, ({ entries: list, added, hasEnd }) => {
      const blocks = keys.map((key, index) => blockOf(key, list[index] as Entry));
      const gaps = list.map(({ gap }) => (gap ? '\n' : ''));
      const text = `# head\n\nenvironments: [production, staging]\nflags:\n${blocks.map((block, index) => (gaps[index] ?? '') + block).join('')}${hasEnd ? '# end\n' : ''}segments:\n  s: {include: [a]} # seg\n`;
      const file = read(text);
      const document = readYaml(text);
      const after = changed(file.project, [
        ...keys.flatMap((key, index) => changeOf(key, list[index]?.after)),
        ...changeOf('fourth', added),
      ]);
      const value = rewrite({ value: document.value, project: file.project }, after, rewriteFlag);
      const result = editText(document, value);
      const untouched = [
        '# head\n\nenvironments: [production, staging]\nflags:',
        ...blocks.filter((_, index) => list[index]?.after === undefined),
        'segments:\n  s: {include: [a]} # seg\n',
      ];
      expectSays(result, after, untouched);
      const quick = reviseEntries(file, after);
      if (quick === undefined) return;
      expectSays(quick.text, after, untouched);
      expect(quick.outline).toEqual(read(quick.text).outline);
    }),
    { numRuns: 300 },
  );
}, 60_000);

function changeOf(
  key: string,
  after: FlagDefinition | null | undefined,
): Parameters<typeof changed>[1][number][] {
  if (after === undefined) return [];
  return [{ kind: 'flag', key, before: null, after: after as unknown as Json }];
}

function expectSays(text: string, wanted: Project, untouched: readonly string[]): void {
  const { project } = read(text);
  expect(changesBetween(project, wanted)).toEqual([]);
  expectOrder(text, untouched);
}

function expectOrder(text: string, parts: readonly string[]): void {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) expect(text).toContain(part);
    at = found + part.length;
  }
}
