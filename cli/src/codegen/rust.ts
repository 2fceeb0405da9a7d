import { commentLines, rustComment } from './comment.ts';
import { plain, quoted } from './rust-literal.ts';
import { namesOf, pascalCase, snakeCase } from './names.ts';
import { textOf, type TypedFlag } from './typed-flag.ts';

/** The keywords of Rust 2024, reserved ones included, and the constructor. */
const RESERVED = new Set(
  (
    'as async await break const continue crate dyn else enum extern false fn for gen if impl in ' +
    'let loop match mod move mut pub ref return self static struct super trait true type unsafe ' +
    'use where while abstract become box do final macro override priv try typeof unsized virtual ' +
    'yield new'
  ).split(' '),
);

/** The name of the type in its own impl, and the constant beside the keys. */
const RESERVED_TYPES = new Set(['Self', 'ALL']);

/** The flags as a module of Rust. */
export function rustCode(header: string, flags: readonly TypedFlag[]): string {
  const keys = flags.map(({ key }) => key);
  const methods = namesOf(keys, { join: snakeCase, reserved: RESERVED, noun: 'flag' });
  const types = namesOf(keys, { join: pascalCase, reserved: RESERVED_TYPES, noun: 'flag' });
  const named = flags.map((flag) => ({
    flag,
    method: methods.get(flag.key) ?? '',
    type: types.get(flag.key) ?? '',
  }));
  return [
    `// ${header}\n`,
    importsOf(flags),
    keysOf(named),
    ...named.filter(({ flag }) => flag.type === 'string').map(valuesOf),
    flagsOf(named),
  ].join('\n');
}

interface Named {
  readonly flag: TypedFlag;
  readonly method: string;
  readonly type: string;
}

function importsOf(flags: readonly TypedFlag[]): string {
  const hasObjects = flags.some(({ type }) => type === 'object');
  const names = [
    ...(flags.length > 0 ? ['Context'] : []),
    'FeatureClient',
    ...(hasObjects ? ['Value'] : []),
  ];
  const list = names.length === 1 ? names.join('') : `{${names.join(', ')}}`;
  return `use featureflags_client::${list};\n`;
}

function keysOf(named: readonly Named[]): string {
  return textEnum({
    name: 'FlagKey',
    comment: 'The keys of all flags.',
    members: named.map(({ flag, type }) => ({ name: type, text: flag.key })),
    isOpen: false,
  });
}

function valuesOf({ flag, type }: Named): string {
  const names = namesOf(
    flag.variants.map(({ name }) => name),
    { join: pascalCase, reserved: new Set(['Self', 'Other']), noun: 'variant' },
  );
  return textEnum({
    name: `${type}Value`,
    comment: `The values of ${flag.key}.`,
    members: flag.variants.map(({ name, value: text }) => ({
      name: names.get(name) ?? '',
      text: textOf(text),
    })),
    isOpen: true,
  });
}

interface TextEnum {
  readonly name: string;
  readonly comment: string;
  readonly members: readonly { readonly name: string; readonly text: string }[];
  /** True if other texts may come, of flags that were changed since. */
  readonly isOpen: boolean;
}

function textEnum({ name, comment, members, isOpen }: TextEnum): string {
  const traits = isOpen
    ? 'Clone, Debug, PartialEq, Eq, Hash'
    : 'Clone, Copy, Debug, PartialEq, Eq, Hash';
  const variants = members.map(
    (each) => `${rustComment(shownText(each.text), '    ')}    ${each.name},\n`,
  );
  const other = '    /// Any other value: the flag was changed since.\n    Other(String),\n';
  return [
    rustComment(comment, ''),
    `#[allow(dead_code, clippy::all)]\n#[derive(${traits})]\npub enum ${name} {\n`,
    ...variants,
    isOpen ? other : '',
    '}\n\n',
    asStr(name, members, isOpen),
    isOpen ? `\n${fromText(name, members)}` : '',
  ].join('');
}

/** A text for a comment, which needs words. */
function shownText(value: string): string {
  return commentLines(value).length === 0 ? 'A text without letters.' : value;
}

function asStr(name: string, members: TextEnum['members'], isOpen: boolean): string {
  const arms = members.map((each) => `            Self::${each.name} => ${quoted(each.text)},\n`);
  const all = members.map((each) => `Self::${each.name}`).join(', ');
  const list = [
    '    /// All of them.\n',
    `    pub const ALL: [Self; ${String(members.length)}] = [${all}];\n\n`,
  ];
  return [
    `#[allow(dead_code, clippy::all)]\nimpl ${name} {\n`,
    ...(isOpen ? [] : list),
    '    /// The text of it.\n',
    `    pub fn as_str(&self) -> &str {\n        match ${members.length === 0 && !isOpen ? '*self' : 'self'} {\n`,
    ...arms,
    isOpen ? '            Self::Other(text) => text,\n' : '',
    '        }\n    }\n}\n',
  ].join('');
}

function fromText(name: string, members: TextEnum['members']): string {
  const arms = members.map((each) => `            ${quoted(each.text)} => Self::${each.name},\n`);
  return [
    `impl From<&str> for ${name} {\n    fn from(text: &str) -> Self {\n        match text {\n`,
    ...arms,
    '            other => Self::Other(other.to_owned()),\n        }\n    }\n}\n',
  ].join('');
}

function flagsOf(named: readonly Named[]): string {
  const head = `/// The flags, asked of a client. What goes wrong gives what is served while a flag is off.
#[allow(dead_code, clippy::all)]
#[derive(Clone, Copy)]
pub struct Flags<'a> {
    client: &'a FeatureClient,
}

#[allow(dead_code, clippy::all)]
impl<'a> Flags<'a> {
    /// Typed calls on a client.
    pub fn new(client: &'a FeatureClient) -> Self {
        Self { client }
    }
`;
  return `${head}${named.map((each) => `\n${methodOf(each)}`).join('')}}\n`;
}

const TYPES = { boolean: 'bool', number: 'f64', object: 'Value' } as const;

function methodOf({ flag, method, type }: Named): string {
  const { key, fallback, description } = flag;
  const isText = flag.type === 'string';
  const given = isText ? quoted(textOf(fallback)) : plain(fallback);
  const call = `self.client.${flag.type}(${quoted(key)}, ${given}, context)`;
  const result = flag.type === 'string' ? `${type}Value` : TYPES[flag.type];
  return [
    rustComment(description, '    '),
    `    pub fn ${method}(&self, context: &Context) -> ${result} {\n`,
    `        ${isText ? `${result}::from(&*${call})` : call}\n    }\n`,
  ].join('');
}
