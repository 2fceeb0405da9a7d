import type { Json } from '@featureflags/core';

import type { Random } from './random.ts';

const ODD: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  '',
  'x',
  'a b',
  '(',
  [],
  {},
  ['x'],
  { x: 1 },
];

/** A copy of a document with one to three things in it replaced, left out or added. */
export function broken(random: Random, document: Json): Json {
  const copy = structuredClone(document);
  for (let rest = 1 + random.below(3); rest > 0; rest -= 1) spoil(random, copy);
  return copy;
}

type Container = Record<string, Json> | Json[];

function spoil(random: Random, root: Json): void {
  const places = containers(root);
  const place = random.pick(places);
  const keys = Object.keys(place);
  const key = keys.length === 0 ? 'odd' : random.pick(keys);
  if (random.chance(0.25)) remove(place, key);
  else if (random.chance(0.15)) put(place, 'odd', structuredClone(random.pick(ODD)));
  else put(place, key, structuredClone(random.pick(ODD)));
}

function containers(value: Json): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.values(value as Container).flatMap(containers);
  return [value as Container, ...members];
}

function put(place: Container, key: string, value: Json): void {
  if (Array.isArray(place)) place[Number(key) || 0] = value;
  else
    Object.defineProperty(place, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function remove(place: Container, key: string): void {
  if (Array.isArray(place)) place.splice(Number(key) || 0, 1);
  else Reflect.deleteProperty(place, key);
}
