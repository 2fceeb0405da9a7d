import { docstring } from './comment.ts';
import { literal, numberText, quotedText, type Literals } from './literal.ts';
import { namesOf, pascalCase, snakeCase } from './names.ts';
import { textOf, type TypedFlag } from './typed-flag.ts';

/** The keywords of Python 3.14, and what annotations in the class say themselves. */
const RESERVED = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield ' +
    'bool float str'
  ).split(' '),
);

const CLIENT = `FlagContext = Mapping[str, Any]
"""Who asks: one flat mapping, the targetingKey beside the attributes."""


class FlagClient(Protocol):
    """What the flags are asked of: a FeatureClient of featureflags_client, or one for tests."""

    def boolean(self, key: str, default: bool, context: Any = ..., /) -> bool: ...

    def string(self, key: str, default: str, context: Any = ..., /) -> str: ...

    def number(self, key: str, default: float, context: Any = ..., /) -> float: ...

    def object(self, key: str, default: Any, context: Any = ..., /) -> Mapping[str, Any]: ...
`;

/** The flags as a module of Python. */
export function pythonCode(header: string, flags: readonly TypedFlag[]): string {
  const keys = flags.map(({ key }) => key);
  const methods = namesOf(keys, { join: snakeCase, reserved: RESERVED, noun: 'flag' });
  const types = namesOf(keys, { join: pascalCase, reserved: new Set(), noun: 'flag' });
  const named = flags.map((flag) => ({
    flag,
    method: methods.get(flag.key) ?? '',
    type: `${types.get(flag.key) ?? ''}Value`,
  }));
  return [
    docstring(header, ''),
    importsOf(flags),
    `${keyType(keys)}\n"""The keys of all flags."""\n`,
    ...named.map(typeDeclaration).filter((declaration) => declaration !== ''),
    CLIENT,
    classOf(named),
  ].join('\n');
}

function importsOf(flags: readonly TypedFlag[]): string {
  const hasTexts = flags.some(({ type }) => type === 'string');
  const names = [
    'Any',
    ...(flags.length > 0 ? ['Literal'] : ['NoReturn']),
    'Protocol',
    ...(hasTexts ? ['cast'] : []),
  ];
  return [
    'from __future__ import annotations\n',
    'from collections.abc import Mapping',
    `from typing import ${names.join(', ')}\n`,
  ].join('\n');
}

function keyType(keys: readonly string[]): string {
  return keys.length === 0 ? 'FlagKey = NoReturn' : `FlagKey = ${literalType(keys)}`;
}

function literalType(values: readonly string[]): string {
  return `Literal[\n${values.map((value) => `    ${text(value)},\n`).join('')}]`;
}

interface Named {
  readonly flag: TypedFlag;
  readonly method: string;
  readonly type: string;
}

function typeDeclaration({ flag, type }: Named): string {
  if (flag.type !== 'string') return '';
  const values = literalType(flag.variants.map(({ value }) => textOf(value)));
  return `${type} = ${values}\n${docstring(`The values of ${flag.key}.`, '')}`;
}

function classOf(named: readonly Named[]): string {
  const head = [
    '\nclass Flags:',
    '    """The flags, asked of a client. No call raises: what goes wrong gives what is served while a flag is off."""\n',
    '    def __init__(self, client: FlagClient) -> None:',
    '        self._client = client\n',
  ];
  return [...head, named.map(methodOf).join('\n')].join('\n').replace(/\n+$/, '\n');
}

const TYPES = { boolean: 'bool', number: 'float', object: 'Mapping[str, Any]' } as const;

function methodOf({ flag, method, type }: Named): string {
  const { key, description, fallback } = flag;
  const given = [text(key), literal(fallback, LITERALS), 'context'].join(', ');
  const call = `self._client.${flag.type}(${given})`;
  const result = flag.type === 'string' ? type : TYPES[flag.type];
  return [
    `    def ${method}(self, context: FlagContext | None = None) -> ${result}:`,
    docstring(description, '        ').trimEnd(),
    `        return ${flag.type === 'string' ? `cast(${type}, ${call})` : call}`,
    '',
  ].join('\n');
}

const LITERALS: Literals = {
  words: { true: 'True', false: 'False', null: 'None' },
  text,
  number: numberText,
  member: (name) => `${text(name)}: `,
};

function text(value: string): string {
  return quotedText(value, (hex) => `\\U${hex.padStart(8, '0')}`);
}
