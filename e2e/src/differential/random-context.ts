import type { Json } from '@featureflags/core';

import { ATTRIBUTES, USERS, VALUES } from './pools.ts';
import type { Random } from './random.ts';

/** A context whose attributes are such that the flags of {@link randomSnapshot} look at them. */
export function randomContext(random: Random): Json {
  const members: [string, Json][] = [];
  if (random.chance(0.8)) members.push(['targetingKey', random.pick(USERS)]);
  if (random.chance(0.1)) members.push(['user_id', random.pick<Json>([7, true, ...USERS])]);
  for (const name of random.some(ATTRIBUTES, 0.4)) members.push([name, value(random)]);
  if (random.chance(0.5)) {
    const deep = Object.fromEntries([['y', value(random)]]);
    members.push(['nested', { x: value(random), deep }]);
  }
  // fromEntries makes own properties of names such as __proto__.
  return Object.fromEntries(members);
}

function value(random: Random): Json {
  const pool = random.pick(VALUES);
  return random.chance(0.15) ? random.list<Json>(0, 3, () => random.pick(pool)) : random.pick(pool);
}
