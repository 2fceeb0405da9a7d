import { isJsonObject, type Json } from '@featureflags/core';
import { blockComment } from './comment.ts';
import { literal, numberText, quotedText, type Literals } from './literal.ts';
import { camelCase, namesOf, pascalCase } from './names.ts';
import type { TypedFlag } from './typed-flag.ts';

/** What objects have already: a flag of that name would change how they print, or are awaited. */
const RESERVED = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'then',
  'toJSON',
  'toLocaleString',
  'toString',
  'valueOf',
]);

const CLIENT = `/** Who asks: one flat object, the \`targetingKey\` beside the attributes. */
export type FlagContext = Readonly<Record<string, unknown>>;

/** What the flags are asked of: a \`FeatureClient\` of featureflags-client, or one for tests. */
export interface FlagClient {
  boolean(key: string, fallback: boolean, context?: FlagContext): boolean;
  string(key: string, fallback: string, context?: FlagContext): string;
  number(key: string, fallback: number, context?: FlagContext): number;
  object(key: string, fallback: Readonly<Record<string, unknown>>, context?: FlagContext): unknown;
}
`;

/** The flags as a module of TypeScript. */
export function typescriptCode(header: string, flags: readonly TypedFlag[]): string {
  const keys = flags.map(({ key }) => key);
  const reserved = { reserved: RESERVED, noun: 'flag' };
  const members = namesOf(keys, { join: camelCase, ...reserved });
  const types = namesOf(keys, { join: pascalCase, reserved: new Set(), noun: 'flag' });
  const named = flags.map((flag) => ({
    flag,
    member: members.get(flag.key) ?? '',
    type: `${types.get(flag.key) ?? ''}Value`,
  }));
  return [
    `// ${header}\n`,
    CLIENT,
    `/** The keys of all flags. */\nexport type FlagKey =${union(keys.map(text), 'never')};\n`,
    ...named.map(typeDeclaration).filter((declaration) => declaration !== ''),
    interfaceOf(named),
    functionOf(named),
  ].join('\n');
}

interface Named {
  readonly flag: TypedFlag;
  readonly member: string;
  readonly type: string;
}

function typeDeclaration({ flag, type }: Named): string {
  if (flag.type === 'boolean' || flag.type === 'number') return '';
  const shape = flag.type === 'string' ? (value: Json): string => literal(value, LITERALS) : typeOf;
  const shapes = [...new Set(flag.variants.map(({ value }) => shape(value)))];
  const comment = blockComment(`The values of ${flag.key}.`, '');
  return `${comment}export type ${type} =${union(shapes, 'never')};\n`;
}

function interfaceOf(named: readonly Named[]): string {
  const members = named.map(({ flag, member, type }) => {
    const comment = blockComment(flag.description, '  ');
    return `${comment}  readonly ${member}: (context?: FlagContext) => ${valueType(flag, type)};\n`;
  });
  return `/** Every flag, with the type of its values. */\nexport interface Flags {\n${members.join('')}}\n`;
}

function functionOf(named: readonly Named[]): string {
  const members = named.map(({ flag, member, type }) => {
    const fallback = literal(flag.fallback, LITERALS);
    const call = `client.${flag.type}(${text(flag.key)}, ${fallback}, context)`;
    const isCast = flag.type === 'string' || flag.type === 'object';
    return `    ${member}: (context) => ${call}${isCast ? ` as ${type}` : ''},\n`;
  });
  const body = members.length === 0 ? '  return {};\n' : `  return {\n${members.join('')}  };\n`;
  const client = members.length === 0 ? '_client' : 'client';
  return (
    '/** The flags, asked of a client. No call throws: what goes wrong gives what is served while a flag is off. */\n' +
    `export function createFlags(${client}: FlagClient): Flags {\n${body}}\n`
  );
}

function valueType({ type }: TypedFlag, name: string): string {
  return type === 'boolean' || type === 'number' ? type : name;
}

function union(types: readonly string[], none: string): string {
  if (types.length < 2) return ` ${types[0] ?? none}`;
  return types.map((type) => `\n  | ${type}`).join('');
}

const LITERALS: Literals = {
  words: { true: 'true', false: 'false', null: 'null' },
  text,
  number: numberText,
  // Written as a name, it would set the object's prototype.
  member: (name) => `${name === '__proto__' ? `[${text(name)}]` : memberName(name)}: `,
};

function text(value: string): string {
  const inner = quotedText(value, (hex) => `\\u{${hex}}`).slice(1, -1);
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** The type of a JSON value. */
function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(
      ([name, each]) => `readonly ${memberName(name)}: ${typeOf(each)}`,
    );
    return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`;
  }
  if (typeof value !== 'object') return typeof value;
  const types = [...new Set(value.map(typeOf))];
  return types.length === 0 ? 'readonly unknown[]' : `readonly (${types.join(' | ')})[]`;
}
