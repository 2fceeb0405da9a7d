import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { read } from './project.fixture.ts';

const book = readFileSync(new URL('../../../../docs/flags-file.md', import.meta.url), 'utf8');
const examples = [...book.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '');

test('docs/flags-file.md has examples', () => {
  expect(examples.length).toBeGreaterThan(4);
});

test.each(examples)('docs/flags-file.md: example %# is valid as it stands', (text) => {
  const { project } = read(text);
  expect(Object.keys(project.flags)).not.toEqual([]);
});
