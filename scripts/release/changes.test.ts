import { expect, test } from 'vitest';

import { changeOf, KINDS } from './changes.ts';

function changeset(summary: string, releases = "'featureflags': minor"): string {
  return `---\n${releases}\n---\n\n${summary}\n`;
}

test.each(KINDS)('%s is a kind', (kind) => {
  expect(changeOf(changeset(`${kind}: A thing.`))).toEqual({ kind, text: 'A thing.' });
});

test('a change may have paragraphs', () => {
  const text = '`a` is new.\nIt is fast.\n\nMore: see the docs.';
  expect(changeOf(changeset(`Added: ${text}`))).toEqual({ kind: 'Added', text });
});

const refused: [name: string, text: string, problem: RegExp][] = [
  ['an empty file', '', /file is empty.*Expected:\n---/s],
  ['no front matter', 'Added: a thing.', /missing or invalid frontmatter.*Expected:/s],
  ['broken YAML', changeset('Added: A.', "'featureflags: minor"), /invalid YAML.*Expected:/s],
  ['an unknown bump', changeset('Added: A.', "'featureflags': huge"), /version type "huge"/],
  ['no package', changeset('Added: A.', ''), /names no package; expected 'featureflags' alone/],
  ['another package', changeset('Added: A.', 'ffctl: patch'), /names 'ffctl': patch; expected/],
  [
    'two packages',
    changeset('Added: A.', 'ffctl: patch\nfeatureflags: patch'),
    /all parts move together/,
  ],
  ['no bump', changeset('Added: A.', 'featureflags: none'), /as major, minor or patch/],
  ['no kind', changeset('A thing.'), /begins with "A thing."; expected one of Added, Changed/],
  ['an unknown kind', changeset('Improved: speed.'), /begins with "Improved: speed."/],
  ['a kind in lower case', changeset('added: a thing.'), /begins with "added: a thing."/],
  ['no text', changeset('Added:'), /nothing stands after "Added:"; say what changed/],
  ['no summary', changeset(''), /begins with ""; expected one of/],
  ['a small beginning', changeset('Added: a thing.'), /"a thing.…" begins small/],
  ['a heading', changeset('Added: A\n\n### More'), /has a heading/],
];

test.each(refused)('refused: %s', (_, text, problem) => {
  expect(changeOf(text)).toMatch(problem);
});
