import { murmur3 } from '@featureflags/core';

/** How a language spells names. */
export interface Spelling {
  readonly join: (words: readonly string[]) => string;
  /** What names may not be, because the language or the file means something else by them. */
  readonly reserved: ReadonlySet<string>;
  /** The word that is added to what may not stand alone. */
  readonly noun: string;
}

/** `newCheckout` */
export function camelCase(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  return first + pascalCase(rest);
}

/** `NewCheckout` */
export function pascalCase(words: readonly string[]): string {
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** `new_checkout` */
export function snakeCase(words: readonly string[]): string {
  return words.join('_');
}

/**
 * Gives each key a name. Keys that would have the same one all get the key's hash behind it: a name
 * never comes to mean another flag because a flag was added.
 */
export function namesOf(keys: readonly string[], spelling: Spelling): Map<string, string> {
  const names = new Map(keys.map((key) => [key, nameOf(wordsOf(key), spelling)]));
  for (let round = 0; ; round += 1) {
    const shared = sharedNames(names);
    if (shared.length === 0) return names;
    for (const key of shared) names.set(key, nameOf([...wordsOf(key), hash(key, round)], spelling));
  }
}

/** The keys whose name another key has too. */
function sharedNames(names: ReadonlyMap<string, string>): string[] {
  const byName = Map.groupBy(names, ([, name]) => name);
  return [...byName.values()]
    .filter(({ length }) => length > 1)
    .flatMap((same) => same.map(([key]) => key));
}

function hash(key: string, round: number): string {
  return murmur3(round === 0 ? key : `${key} ${String(round)}`)
    .toString(16)
    .padStart(8, '0');
}

function nameOf(words: readonly string[], { join, reserved, noun }: Spelling): string {
  const [first = ''] = words;
  const name = join(/^\d/.test(first) || first === '' ? [noun, ...words] : words);
  return reserved.has(name) ? join([...words, noun]) : name;
}

/** `a.b-cD_HTTPProxy` → a, b, c, d, http, proxy. */
function wordsOf(key: string): string[] {
  return key
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
