import { isJsonObject, type Json } from '@featureflags/core';

import { variable } from './config.ts';
import type { Answer } from './details.ts';
import type { Files } from './files.ts';
import { parsedJson } from './json.ts';
import { reasonOf, type Reports } from './reports.ts';

/** Flag keys with the values that they are to have. */
export type Values = Readonly<Record<string, Json>>;

/** The variable of the environment that holds overrides, or the path of a file with them. */
const VARIABLE = 'FF_OVERRIDES';
const MAX_FILE = 10 * 1024 * 1024;
const METADATA = { override: true } as const;

/** Values that stand before those of the flags, in development and in tests. */
export class Overrides {
  /** What is in force, read by every evaluation; undefined if there is nothing. */
  active: ReadonlyMap<string, Json> | undefined;
  readonly #reports: Reports;
  readonly #given: Values | undefined;
  readonly #isAllowed: boolean;
  #isObeyed = false;
  readonly #layers = new Set<{ readonly values: Values }>();

  constructor(reports: Reports, files: Files | undefined, isAllowed: boolean) {
    this.#reports = reports;
    this.#isAllowed = isAllowed;
    this.#given = readVariable(reports, files);
  }

  /** Decides whether the variable is obeyed. @param environment the one that answers */
  judge(environment: string): void {
    if (this.#given === undefined) return;
    this.#isObeyed = this.#isAllowed || environment !== 'production';
    const keys = Object.keys(this.#given).join(', ');
    this.#reports.once(
      this.#isObeyed
        ? `${VARIABLE} is obeyed in ${environment}: ${keys || 'no flag'}.`
        : `${VARIABLE} is not obeyed in ${environment}. Unset it, or set the option allowOverrides.`,
    );
    this.#merge();
  }

  /** Puts values before all others; returns how to lift them. */
  add(values: Values): () => void {
    const layer = { values: { ...values } };
    this.#layers.add(layer);
    this.#merge();
    return () => {
      this.#layers.delete(layer);
      this.#merge();
    };
  }

  #merge(): void {
    const given = this.#isObeyed ? [{ values: this.#given ?? {} }] : [];
    const entries = [...given, ...this.#layers].flatMap(({ values }) => Object.entries(values));
    this.active = entries.length === 0 ? undefined : new Map(entries);
  }
}

/** The answer of a flag that is overridden. */
export function overridden(key: string, value: Json): Answer {
  return { key, value, reason: 'STATIC', metadata: METADATA };
}

function readVariable(reports: Reports, files: Files | undefined): Values | undefined {
  const text = variable(VARIABLE);
  if (text === undefined) return undefined;
  try {
    const values = parsedJson(text.startsWith('{') ? text : fileText(text, files));
    if (isJsonObject(values)) return values;
    throw new Error('it is no JSON object of flag keys and values');
  } catch (error) {
    reports.mistake(`${VARIABLE} cannot be read and is not obeyed: ${reasonOf(error)}.`);
    return undefined;
  }
}

function fileText(path: string, files: Files | undefined): string {
  if (files === undefined) throw new Error('this runtime has no files');
  return new TextDecoder().decode(files.read(path, MAX_FILE).content);
}
