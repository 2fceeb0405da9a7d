import type { FlagType, Json } from '@featureflags/core';
import { wrongUse } from './failure.ts';
import type { VariantView } from './flag.ts';

const FLAG_TYPES: readonly FlagType[] = ['boolean', 'string', 'number', 'object'];

/** Reads `NAME=VALUE`; the value is still text. */
export function parsePair(text: string, wanted: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw wrongUse(`${JSON.stringify(text)} is not ${wanted}.`);
}

/** Reads `--variant NAME=VALUE` options for a flag of a type, which is guessed if none is given. */
export function parseVariants(
  texts: readonly string[],
  wanted: FlagType | undefined,
): { type: FlagType; variants: VariantView[] } {
  const pairs = texts.map((text) =>
    parsePair(text, 'a variant: expected NAME=VALUE, as in blue=#00f'),
  );
  const type = wanted ?? guessType(pairs.map(([, value]) => value));
  return { type, variants: pairs.map(([name, text]) => ({ name, value: readValue(text, type) })) };
}

/** Reads a variant's value as its flag's type. */
export function readValue(text: string, type: FlagType): Json {
  if (type === 'string') return text;
  const value = readJson(text);
  if (value !== undefined && jsonTypeOf(value) === type) return value;
  throw wrongUse(`The flag's type is ${type}; ${JSON.stringify(text)} is not ${EXAMPLES[type]}.`);
}

/** Reads the name of a flag type. */
export function parseType(text: string): FlagType {
  const type = FLAG_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  throw wrongUse(`${JSON.stringify(text)} is not a flag type; expected ${FLAG_TYPES.join(', ')}.`);
}

const EXAMPLES: Readonly<Record<FlagType, string>> = {
  boolean: 'true or false',
  string: 'a text',
  number: 'a number such as 2.5',
  object: 'a JSON object such as {"color":"blue"}',
};

/** The type that all values have; texts, unless all are something else. */
function guessType(texts: readonly string[]): FlagType {
  const types = new Set(texts.map((text) => jsonTypeOf(readJson(text))));
  const [only] = types;
  return types.size === 1 && only !== undefined ? only : 'string';
}

function jsonTypeOf(value: unknown): FlagType | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  return FLAG_TYPES.find((type) => type === typeof value);
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
