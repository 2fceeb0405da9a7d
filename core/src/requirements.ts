import { components } from './components.ts';
import { below, report, shown, type Place } from './issue.ts';
import { isJsonObject, ownValue, type Json } from './json.ts';
import { variantNames } from './parse-variants.ts';

/**
 * How many required flags one evaluation may come to look at, each counted as often as it is
 * looked at: it bounds the work and the depth of a chain of requirements.
 */
export const MAX_REQUIRED = 1000;

/** All flags as JSON, since they are looked at whatever else is wrong with them. */
interface Flags {
  readonly members: ReadonlyMap<string, Json>;
  /** Those that answer PARSE_ERROR: any variant of theirs may be named, and they require nothing. */
  readonly refused: { readonly has: (key: string) => boolean };
}

/** A flag that requires others. */
interface Requiring {
  readonly place: Place;
  readonly key: string;
  readonly required: readonly string[];
}

/** Reports requirements that name nothing, that go in a circle, or that ask for too much work. */
export function checkRequirements(place: Place, flags: Flags): void {
  const requiring: Requiring[] = [];
  for (const [key, flag] of flags.members) {
    const list = isJsonObject(flag) ? ownValue(flag, 'requires') : undefined;
    if (!Array.isArray(list) || list.length === 0) continue;
    const at = below(below(place, key), 'requires');
    const named = list.map((each: Json, index) => checkNames(below(at, index), each, flags));
    const required = named.filter((name) => name !== undefined);
    if (!flags.refused.has(key)) requiring.push({ place: at, key, required });
  }
  reportCycles(requiring);
}

/** Reports what a requirement names that is not there; returns the flag that it names. */
function checkNames(place: Place, value: Json, { members, refused }: Flags): string | undefined {
  const requirement = isJsonObject(value) ? value : {};
  const key = ownValue(requirement, 'flag');
  if (typeof key !== 'string') return undefined;
  const flag = members.get(key);
  if (flag === undefined) {
    return report(below(place, 'flag'), 'reference', `there is no flag ${shown(key)}`);
  }
  const known = refused.has(key) ? undefined : variantNames(flag);
  const variants = ownValue(requirement, 'variants');
  if (known === undefined || !Array.isArray(variants)) return key;
  for (const [index, variant] of variants.entries()) {
    if (typeof variant !== 'string' || known.has(variant)) continue;
    const message = `${key} has no variant ${shown(variant)}; it has: ${[...known].join(', ')}`;
    report(below(below(place, 'variants'), index), 'reference', message);
  }
  return key;
}

/** Goes from what is required to what requires it, so that costs add up. */
function reportCycles(requiring: readonly Requiring[]): void {
  const flags = new Map(requiring.map((flag) => [flag.key, flag]));
  const graph = new Map(requiring.map(({ key, required }) => [key, required]));
  const costs = new Map<string, number>();
  for (const component of components(graph)) {
    for (const key of component) {
      const flag = flags.get(key);
      if (flag === undefined) costs.set(key, 0);
      else if (component.length > 1 || flag.required.includes(key)) reportCycle(flag);
      else settle(flag, costs);
    }
  }
}

function reportCycle({ place, key }: Requiring): void {
  report(place, 'cycle', `${key} ends up requiring itself`);
}

/** Notes what a flag costs, unless it leads into a cycle. */
function settle({ place, key, required }: Requiring, costs: Map<string, number>): void {
  let cost = 0;
  for (const each of required) {
    const own = costs.get(each);
    if (own === undefined) return;
    // What costs too much is reported once, where it begins to.
    cost += 1 + (own > MAX_REQUIRED ? 0 : own);
  }
  costs.set(key, cost);
  if (cost <= MAX_REQUIRED) return;
  report(place, 'range', `one evaluation would look at more than ${String(MAX_REQUIRED)} flags`);
}
