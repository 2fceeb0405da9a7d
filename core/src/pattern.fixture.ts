import fc from 'fast-check';

/** Characters of texts, none with another case beyond ASCII: re2js folds those, 4.pattern does not. */
const CHARACTERS = Array.from('aAbBkKzZ059_-.,:;{}[]()|^$*+?\\ \t\n\r\v\f\0\x7f~€中😀\u2028\uFFFD');

/** Texts that random patterns have a chance to be found in. */
export const texts: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...Array.from('aAbBaAbB\n\n _0'), ...CHARACTERS),
  maxLength: 12,
});

const ESCAPES = String.raw`\. \\ \- \] \[ \( \) \* \{ \$ \^ \_ \< \n \t \a \f \r \v \x61 \x{4B} \x{1F600} \x{20ac}`;
const escapes = fc.constantFrom(...ESCAPES.split(' '), '\\ ', '\\\n');
const shorthands = fc.constantFrom('\\d', '\\w', '\\s', '\\D', '\\W', '\\S');
const assertions = fc.constantFrom('^', '$', '\\A', '\\z', '\\b', '\\B');
const plain = fc.constantFrom(...Array.from('aAbBkK059_-,:;}] \n€中😀'));
const names = fc.constantFrom(
  ...'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(
    ' ',
  ),
);

/** What stands for one code point in a class, with the code point it stands for. */
const members = fc.constantFrom<[written: string, code: number]>(
  ...Array.from(
    'aAbKz05_,:;}.*+?()|^$ €😀',
    (each) => [each, each.codePointAt(0)] as [string, number],
  ),
  ['\\n', 10],
  ['\\-', 45],
  ['\\]', 93],
  ['\\x7A', 122],
  ['\\x{1F5FF}', 0x1_f5_ff],
);
const spans = fc
  .tuple(members, members)
  .map(([one, other]) => (one[1] <= other[1] ? [one, other] : [other, one]))
  .map(([first, last]) => `${first?.[0] ?? ''}-${last?.[0] ?? ''}`);
const classItems = fc.oneof(
  members.map(([written]) => written),
  spans,
  shorthands,
  fc.tuple(fc.constantFrom('', '^'), names).map(([not, name]) => `[:${not}${name}:]`),
);
const classes = fc
  .record({
    not: fc.constantFrom('', '^'),
    first: fc.constantFrom('', '', '', ']', '-', 'x'),
    items: fc.array(classItems, { minLength: 1, maxLength: 4 }),
    last: fc.constantFrom('', '', '-'),
  })
  // What comes first must not be read as a negation that nobody meant.
  .map(
    ({ not, first, items, last }) =>
      `[${not}${first === '' ? 'x' : first}${items.join('')}${last}]`,
  );

const counts = fc
  .tuple(fc.nat(3), fc.nat(3))
  .chain(([min, more]) =>
    fc.constantFrom(
      `{${String(min)}}`,
      `{${String(min)},}`,
      `{${String(min)},${String(min + more)}}`,
    ),
  );
const repeats = fc
  .tuple(fc.oneof(fc.constantFrom('*', '+', '?'), counts), fc.constantFrom('', '', '?'))
  .map((parts) => parts.join(''));
const openings = fc.constantFrom('(', '(?:', '(?i:', '(?-i:', '(?m:', '(?s-i:', '(?U:', '(?im-s:');
const flagGroups = fc.constantFrom('(?i)', '(?m)', '(?s)', '(?-i)', '(?i-m)', '(?U)', '(?-s)');

/** Patterns made by the grammar of 4.pattern: all of them compile. */
export const patterns: fc.Arbitrary<string> = fc.letrec<Record<'pattern' | 'item', string>>(
  (tie) => ({
    pattern: fc
      .array(
        fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((branches) => branches.join('|')),
    item: fc.oneof(
      { depthSize: 'small' },
      fc
        .tuple(
          fc.oneof(
            { depthSize: 'small' },
            { weight: 4, arbitrary: plain },
            { weight: 1, arbitrary: fc.oneof(escapes, shorthands, fc.constant('.')) },
            { weight: 2, arbitrary: assertions },
            { weight: 2, arbitrary: classes },
            {
              weight: 2,
              arbitrary: fc
                .tuple(openings, tie('pattern'))
                .map(([open, inside]) => `${open}${inside})`),
            },
          ),
          fc.oneof({ weight: 2, arbitrary: fc.constant('') }, repeats),
        )
        .map((parts) => parts.join('')),
      flagGroups,
    ),
  }),
).pattern;

/** Texts of the characters that patterns are made of: most do not compile. */
export const rubbish: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(
    ...Array.from('aAb01,-:.^$|*+?{}()[]\\<>=!PimsUxdwbBAz'),
    '[:',
    ':]',
    '(?',
    '[:alpha:]',
  ),
  maxLength: 8,
});
