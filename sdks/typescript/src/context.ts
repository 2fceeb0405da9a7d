import { createContext, spelled, type Context, type JsonObject } from '@featureflags/core';

import type { Looks } from './attributes.ts';
import { hasPlainMembers, isObject, isPlainObject, isPlainValue, plainObject } from './plain.ts';

const NOBODY: JsonObject = {};

/**
 * Makes the context of an evaluation. Attributes that rules can look at as they are, are not copied.
 * @param looks what the flag looks at; undefined if it is nothing but the targeting key's bucket
 * @returns undefined if the attributes are no object
 */
function contextOf(
  attributes: unknown,
  looks: Looks | undefined,
  now: () => number,
): Context | undefined {
  const given = attributes ?? NOBODY;
  const plain = isReadable(given, looks) && hasPlainKey(given) ? given : copied(given);
  if (plain === undefined) return undefined;
  const lacksNow = looks?.atNow === true && !has(plain, 'now');
  return createContext(lacksNow ? { ...plain, now: instant(now()) } : plain);
}

/**
 * The same for a user and attributes apart.
 * @param userId stands as `targetingKey` among the attributes, unless it is undefined or null
 */
export function userContextOf(
  userId: unknown,
  attributes: unknown,
  looks: Looks | undefined,
  now: () => number,
): Context | undefined {
  const given = attributes ?? NOBODY;
  if (typeof userId !== 'string' || looks?.atKey === true || looks?.atNow === true) {
    return mergedContextOf(userId, given, looks, now);
  }
  if (!isReadable(given, looks)) return mergedContextOf(userId, given, looks, now);
  // No rule looks at the targeting key by its name: buckets, targets and segments look here. A
  // bucket is of the text's UTF-8, so that only what is compared must be well-formed before.
  const targetingKey = looks?.comparesKey === true ? spelled(userId) : userId;
  // Whoever asks for several flags of one user has the key hashed once.
  if (latest.targetingKey !== targetingKey || latest.attributes !== given) {
    latest = { attributes: given, targetingKey, keyHash: undefined };
  }
  return latest;
}

function mergedContextOf(
  userId: unknown,
  given: unknown,
  looks: Looks | undefined,
  now: () => number,
): Context | undefined {
  if (userId === undefined || userId === null) return contextOf(given, looks, now);
  return isObject(given) ? contextOf({ ...given, targetingKey: userId }, looks, now) : undefined;
}

/** True if core can read all that the flag looks at without a copy. */
function isReadable(given: unknown, looks: Looks | undefined): given is JsonObject {
  if (!isPlainObject(given)) return false;
  if (looks === undefined) return true;
  const { names } = looks;
  if (names === undefined) return hasPlainMembers(given);
  for (let index = 0; index < names.length; index += 1) {
    if (!isPlainValue(given[names[index] as string])) return false;
  }
  return true;
}

/** The key is looked at whatever the flag is. */
function hasPlainKey({ targetingKey, user_id: userId }: JsonObject): boolean {
  return isPlainValue(targetingKey) && isPlainValue(userId);
}

function copied(given: unknown): JsonObject | undefined {
  return isObject(given) ? plainObject(given) : undefined;
}

let latest: Context = { attributes: NOBODY, targetingKey: undefined, keyHash: undefined };

/** The whole context as rules see it, with `now`: what an explanation shows, and what is sent. */
export function fullContext(attributes: unknown, now: () => number): JsonObject | undefined {
  if (attributes === undefined || attributes === null) return fullContext(NOBODY, now);
  if (!isObject(attributes)) return undefined;
  const plain = plainObject(attributes);
  return has(plain, 'now') ? plain : { ...plain, now: instant(now()) };
}

/** A member of undefined is none, as in JSON. */
function has(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

let last = { time: NaN, text: '' };

/** An instant as RFC 3339 has it; a busy application asks for the same many times. */
function instant(time: number): string {
  if (time !== last.time) last = { time, text: new Date(time).toISOString() };
  return last.text;
}
