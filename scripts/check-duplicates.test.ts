import { expect, test } from 'vitest';
import { duplicates } from './check-duplicates.ts';

const body = ['one();', 'two();', 'three();', 'four();'];

test('a run of equal lines is found, whatever its indentation, blank lines and comments', () => {
  const copy = ['  one();', '', '  // why', '  two();', '  }', '  three();', '  four();'];
  const found = duplicates(
    [
      { path: 'a.ts', text: ['start();', ...body, 'end();'].join('\n') },
      { path: 'b.ts', text: ['other();', ...copy, 'finish();'].join('\n') },
    ],
    3,
  );
  expect(found).toEqual([
    {
      first: { path: 'a.ts', line: 2, text: 'one();' },
      second: { path: 'b.ts', line: 2, text: 'one();' },
      lines: 4,
    },
  ]);
});

test('a run is found inside one file, but not overlapping itself', () => {
  const file = (lines: string[]) => [{ path: 'a.ts', text: lines.join('\n') }];
  expect(duplicates(file([...body, 'between();', ...body]), 4)).toHaveLength(1);
  expect(duplicates(file(Array.from({ length: 7 }, () => 'same();')), 4)).toEqual([]);
});

test('fewer lines and imports do not count', () => {
  const imports = 'import {\n  a,\n  b,\n  c,\n} from "x";\n';
  const files = [
    { path: 'a.ts', text: `${imports}one();\ntwo();` },
    { path: 'b.ts', text: `${imports}one();\ntwo();` },
  ];
  expect(duplicates(files, 3)).toEqual([]);
  expect(duplicates(files, 2)).toMatchObject([{ first: { line: 6 }, lines: 2 }]);
});
