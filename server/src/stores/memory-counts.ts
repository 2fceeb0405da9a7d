import {
  COUNT_IDS,
  MAX_CONVERSIONS,
  type ConversionCount,
  type Count,
  type Counted,
  type ExposureCount,
  type Item,
  type ItemChange,
  type Tallies,
  type Tally,
} from './store.ts';

type Conversion = Tally & { readonly sum: number };

/** Where and when something is counted. */
interface Place {
  readonly environment: string;
  readonly at: string;
}

interface Counts {
  readonly flags: Map<string, Map<string, Tally>>;
  readonly conversions: Map<string, Conversion>;
}

/** What a store in memory has counted. */
export class MemoryCounts {
  readonly #environments = new Map<string, Counts>();
  /** When each id was counted, the oldest first. */
  readonly #ids = new Map<string, string>();

  /** Adds counts of what is among the items. */
  add(items: readonly Item[], { environment, at }: Place, counts: readonly Count[]): Counted {
    const known = new Set(items.map(({ kind, key }) => `${kind}/${key}`));
    const counted = { accepted: 0, duplicates: 0, unknown: 0 };
    if (!known.has(`environment/${environment}`)) return { ...counted, unknown: counts.length };
    const kept = this.#environments.get(environment) ?? noCounts();
    this.#environments.set(environment, kept);
    for (const count of counts) {
      const { id } = count;
      const outcome = this.#isCounted(id) ? 'duplicates' : added(kept, count, known);
      if (outcome === 'accepted' && id !== undefined) this.#ids.set(id, at);
      counted[outcome] += 1;
    }
    this.#dropIds(at);
    return counted;
  }

  tallies(environment: string): Tallies {
    return structuredClone(this.#environments.get(environment) ?? noCounts());
  }

  /** Forgets what was counted of what a commit removes. */
  forget(changes: readonly ItemChange[]): void {
    for (const { kind, key, after } of changes) {
      if (after !== null) continue;
      if (kind === 'environment') this.#environments.delete(key);
      if (kind === 'flag') for (const { flags } of this.#environments.values()) flags.delete(key);
    }
  }

  #isCounted(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id);
  }

  #dropIds(at: string): void {
    const oldest = new Date(Date.parse(at) - COUNT_IDS.age).toISOString();
    for (const [id, time] of this.#ids) {
      if (this.#ids.size <= COUNT_IDS.most && time >= oldest) break;
      this.#ids.delete(id);
    }
  }
}

function noCounts(): Counts {
  return { flags: new Map(), conversions: new Map() };
}

function added(kept: Counts, count: Count, known: ReadonlySet<string>): keyof Counted {
  if (count.kind === 'conversion') return addedConversion(kept, count);
  return known.has(`flag/${count.flag}`) ? addedExposure(kept, count) : 'unknown';
}

function addedExposure(
  { flags }: Counts,
  { flag, variant, count, last }: ExposureCount,
): 'accepted' {
  const variants = flags.get(flag) ?? new Map<string, Tally>();
  flags.set(flag, variants.set(variant, sumOf(variants.get(variant), { count, last })));
  return 'accepted';
}

function addedConversion({ conversions }: Counts, more: ConversionCount): keyof Counted {
  const { event, count, last, sum } = more;
  const before = conversions.get(event);
  if (before === undefined && conversions.size >= MAX_CONVERSIONS) return 'unknown';
  const total = (before?.sum ?? 0) + sum;
  conversions.set(event, {
    ...sumOf(before, { count, last }),
    // Infinity is no JSON.
    sum: Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, total)),
  });
  return 'accepted';
}

function sumOf(before: Tally | undefined, { count, last }: Tally): Tally {
  return {
    count: Math.min((before?.count ?? 0) + count, Number.MAX_SAFE_INTEGER),
    last: before === undefined || before.last < last ? last : before.last,
  };
}
