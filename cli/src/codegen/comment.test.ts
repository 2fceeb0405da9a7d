import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockComment, docstring, rustComment } from './comment.ts';

/** What ends comments, what is run as an example, and what readers do not see. */
const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*',
        '/',
        '"',
        '\\',
        '`',
        '~',
        '>',
        '\n',
        '\r',
        '\u2028',
        '\u0085',
        '\u202e',
        ' ',
      ),
      fc.string({ maxLength: 3, unit: 'binary' }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('whatever the text, it stays in its comment', () => {
  test('of TypeScript', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const comment = blockComment(text, '  ');
        expect(comment.startsWith('  /**')).toBe(true);
        expect(comment.indexOf('*/')).toBe(comment.length - '*/\n'.length);
      }),
    );
  });

  test('of Python', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const inner = /^ {4}"""([^]*)"""\n$/.exec(docstring(text, '    '))?.[1] ?? '"""';
        const plain = inner.replaceAll(/\\["\\]/g, '_');
        expect(plain).not.toMatch(/""|"$|\\|>>>|\r/);
      }),
    );
  });

  test('of Rust', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const lines = rustComment(text, '').split('\n').slice(0, -1);
        for (const line of lines) expect(line).toMatch(/^\/\/\/ \S[^\r\u2028\u0085\u202e]*$/u);
        expect(lines.join('\n')).not.toMatch(/`{3}|~{3}/);
      }),
    );
  });
});

test.each([
  ['a */ b', '/** a *\\/ b */\n', '"""a */ b"""\n', '/// a */ b\n'],
  ['say "x"', '/** say "x" */\n', '"""say "x\\""""\n', '/// say "x"\n'],
  ['"""', '/** """ */\n', '"""\\"\\"\\""""\n', '/// """\n'],
  ['a\\', '/** a\\ */\n', '"""a\\\\"""\n', '/// a\\\n'],
  ['one\r\n\n two', '/**\n * one\n * two\n */\n', '"""one\ntwo\n"""\n', '/// one\n/// two\n'],
  [
    '```\nx\n```',
    '/**\n * ```\n * x\n * ```\n */\n',
    '"""```\nx\n```\n"""\n',
    "/// '''\n/// x\n/// '''\n",
  ],
  ['@ts-ignore', '/** \\@ts-ignore */\n', '"""@ts-ignore"""\n', '/// @ts-ignore\n'],
  ['a\u061cb\u{e0061}', '/** a b */\n', '"""a b"""\n', '/// a b\n'],
  ['>>> 1/0', '/** >>> 1/0 */\n', '""">> > 1/0"""\n', '/// >>> 1/0\n'],
  ['a [b] <c>', '/** a [b] <c> */\n', '"""a [b] <c>"""\n', '/// a \\[b] \\<c>\n'],
])('%j', (text, typescript, python, rust) => {
  expect([blockComment(text, ''), docstring(text, ''), rustComment(text, '')]).toEqual([
    typescript,
    python,
    rust,
  ]);
});
