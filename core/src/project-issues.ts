import { FIRST_ENVIRONMENT, STATE_FIELDS } from './definition.ts';
import type { Issue } from './issue.ts';
import { ownValue, type Json, type JsonObject } from './json.ts';

/** An issue of an environment's snapshot, told of the project. */
export function inProject(issue: Issue, environment: string): Issue {
  const [start, collection, key, field, ...rest] = issue.path.split('/');
  if (collection !== 'flags' || !STATE_FIELDS.includes(field ?? '')) return issue;
  const path = [start, collection, key, 'environments', environment, field, ...rest].join('/');
  return { ...issue, path };
}

/**
 * The issue as somebody finds it in what they wrote: where their shorthand left a part out,
 * the path ends at the nearest part that is there.
 */
export function within(issue: Issue, input: JsonObject): Issue {
  const explicit = issue.path.split('/').slice(1);
  const [, , container, environment, ...rest] = explicit;
  const toFlag = explicit.slice(0, 2);
  const flag = follow(input, toFlag).value;
  // What is said of the first environment nowhere else is said in the flag itself.
  const isShort =
    container === 'environments' &&
    environment === FIRST_ENVIRONMENT &&
    rest.length > 0 &&
    follow(flag, ['environments', FIRST_ENVIRONMENT]).found < 2;
  const written = isShort ? [...toFlag, ...rest] : explicit;
  const found = follow(input, written).found;
  // A missing field is named although it is not there.
  const length = issue.code === 'required' && found === written.length - 1 ? found + 1 : found;
  return { ...issue, path: ['', ...written.slice(0, length)].join('/') };
}

/** Follows a path of unescaped tokens as far as it goes. Keys hold no characters to escape. */
function follow(input: Json, tokens: readonly string[]): { value: Json; found: number } {
  let value = input;
  for (const [found, token] of tokens.entries()) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const next = typeof value === 'object' && value !== null ? memberOf(value, name) : undefined;
    if (next === undefined) return { value, found };
    value = next;
  }
  return { value, found: tokens.length };
}

function memberOf(value: JsonObject | readonly Json[], name: string): Json | undefined {
  return ownValue(value as JsonObject, name);
}
