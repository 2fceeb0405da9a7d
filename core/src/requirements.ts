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

type Open = ReadonlyMap<string, Requiring>;

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
  const open = reportCosts(requiring);
  for (const flag of open.values()) {
    if (!requiresItself(flag, open)) continue;
    report(flag.place, 'cycle', `${flag.key} ends up requiring itself`);
  }
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

/** Settles flags whose requirements are settled, over and over; returns those that never are. */
function reportCosts(requiring: readonly Requiring[]): Open {
  const costs = new Map<string, number>();
  const open = new Map(requiring.map((flag) => [flag.key, flag]));
  let settled = -1;
  while (settled !== costs.size) {
    settled = costs.size;
    for (const flag of open.values()) {
      const cost = costOf(flag, costs, open);
      if (cost === undefined) continue;
      costs.set(flag.key, cost);
      open.delete(flag.key);
      if (cost > MAX_REQUIRED) {
        const message = `one evaluation would look at more than ${String(MAX_REQUIRED)} flags`;
        report(flag.place, 'range', message);
      }
    }
  }
  return open;
}

function costOf(
  flag: Requiring,
  costs: ReadonlyMap<string, number>,
  open: Open,
): number | undefined {
  let cost = 0;
  for (const key of flag.required) {
    if (open.has(key)) return undefined;
    // What costs too much is reported once, where it begins to.
    const required = costs.get(key) ?? 0;
    cost += 1 + (required > MAX_REQUIRED ? 0 : required);
  }
  return cost;
}

function requiresItself(start: Requiring, open: Open): boolean {
  const seen = new Set<string>();
  const ahead = [...start.required];
  for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
    if (key === start.key) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const required of open.get(key)?.required ?? []) ahead.push(required);
  }
  return false;
}
