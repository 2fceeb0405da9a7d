import { expect, test } from 'vitest';

import { notesOf, pendingNotes, problemsOf, sectionsOf, withRelease } from './changelog.ts';
import type { Change } from './changes.ts';

const HEAD = '# Changelog\n\nWhat changed.\n';
const UNRELEASED = '\n## Unreleased\n\n### Added\n\n- a\n- b\n\n### Fixed\n\n- c\n';
const OLD = '\n## 0.1.0 - 2026-01-02\n\n### Added\n\n- everything\n';
const CHANGES: readonly Change[] = [
  { kind: 'Security', text: 's' },
  { kind: 'Added', text: 'x\ny\n\nz' },
];

test('a release takes up what was unreleased and what the changesets say, in the usual order', () => {
  const release = { version: '0.2.0', date: '2026-12-31' };
  expect(withRelease(`${HEAD}${UNRELEASED}${OLD}`, release, CHANGES)).toBe(
    `${HEAD}
## 0.2.0 - 2026-12-31

### Added

- a
- b
- x
  y

  z

### Fixed

- c

### Security

- s
${OLD}`,
  );
});

test('without an unreleased section, the changesets are all', () => {
  expect(pendingNotes(`${HEAD}${OLD}`, CHANGES)).toBe(
    '### Added\n\n- x\n  y\n\n  z\n\n### Security\n\n- s',
  );
  expect(pendingNotes(`${HEAD}${OLD}`, [])).toBe('');
});

test('the notes of a version are its section, and nothing of its neighbours', () => {
  const released = withRelease(
    `${HEAD}${OLD}`,
    { version: '0.2.0', date: '2026-12-31' },
    CHANGES.slice(0, 1),
  );
  expect(notesOf(released, '0.2.0')).toBe('### Security\n\n- s');
  expect(notesOf(released, '0.1.0')).toBe('### Added\n\n- everything');
  expect(notesOf(released, '0.2')).toBeUndefined();
  expect(notesOf(`${HEAD}${UNRELEASED}`, 'Unreleased')).toBeUndefined();
  expect(sectionsOf(released).map(({ title }) => title)).toEqual([
    '0.2.0 - 2026-12-31',
    '0.1.0 - 2026-01-02',
  ]);
  expect(problemsOf(released)).toEqual([]);
});

const wrong: [name: string, changelog: string, problem: string][] = [
  [
    'a title without a day',
    `${HEAD}\n## 0.1.0\n`,
    '"## 0.1.0": expected "## Unreleased" or "## 1.2.3 - 2026-12-31"',
  ],
  ['the unreleased last', `${HEAD}${OLD}${UNRELEASED}`, '"## Unreleased" does not come first'],
  [
    'a version twice',
    `${HEAD}${OLD}${OLD}`,
    '"## 0.1.0 - 2026-01-02" stands there twice: make one of both',
  ],
  [
    'an unknown group',
    `${HEAD}\n## Unreleased\n\n### New\n\n- a\n`,
    '"### New" in "Unreleased": expected one of Added, Changed, Deprecated, Removed, Fixed, Security',
  ],
  [
    'text outside of a group',
    `${HEAD}\n## Unreleased\n\n- a\n`,
    '"## Unreleased" has text before its first "###": put it into a group',
  ],
];

test.each(wrong)('said: %s', (_, changelog, problem) => {
  expect(problemsOf(changelog)).toContain(`CHANGELOG.md: ${problem}`);
});
