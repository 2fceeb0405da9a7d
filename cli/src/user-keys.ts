import { splitValues } from './condition.ts';
import { wrongUse } from './failure.ts';

/** What the help says of the operand `<users...>`. */
export const USER_KEYS =
  'their keys, separated by blanks or commas; one with a comma in double quotes: \'"a,b"\'';

/** Reads users as conditions read values: a comma separates, unless it is in double quotes. */
export function readUserKeys(texts: readonly string[]): string[] {
  const users = texts.flatMap(splitValues).filter((user) => user !== '');
  if (users.length > 0) return users;
  throw wrongUse('Which users? Give their keys, as in: u1 u2');
}
