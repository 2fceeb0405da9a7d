import { emptyObject, type Json, type JsonObject } from '@featureflags/core';
import { wrongUse } from './failure.ts';
import { readNamed } from './files.ts';
import type { Io } from './io.ts';
import { parsePair } from './variant-input.ts';

/** Who is asked for, as the command line says it. */
export interface ContextOptions {
  readonly user?: string;
  readonly attr?: readonly string[];
  readonly context?: string;
}

const ATTRIBUTE = 'an attribute: expected NAME=VALUE, or NAME:=JSON for what is not a text';

/** Makes the context: `--context` first, `--attr` over it, `--user` as its targeting key. */
export async function readContext(options: ContextOptions, io: Io): Promise<JsonObject> {
  const context = emptyObject();
  if (options.context !== undefined) Object.assign(context, await readBase(options.context, io));
  for (const text of options.attr ?? []) {
    const [name, value] = parseAttribute(text);
    context[name] = value;
  }
  if (options.user !== undefined) context['targetingKey'] = options.user;
  return context;
}

function parseAttribute(text: string): [string, Json] {
  const [name, value] = parsePair(text, ATTRIBUTE);
  if (!name.endsWith(':')) return [name, value];
  return [name.slice(0, -1), parseJson(value, `The value of --attr ${text}`)];
}

/** Reads `--context`: JSON, `@file`, or `-` for standard input. */
async function readBase(text: string, io: Io): Promise<JsonObject> {
  const value = parseJson(await textOf(text, io), `--context ${text}`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw wrongUse(`--context must be a JSON object, such as {"country":"US"}.`);
}

async function textOf(text: string, io: Io): Promise<string> {
  if (text !== '-' && !text.startsWith('@')) return text;
  return readNamed(text.replace(/^@/, ''), io);
}

function parseJson(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw wrongUse(`${what} is not JSON: ${(error as Error).message}`);
  }
}
