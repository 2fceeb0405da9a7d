import { memoryUsage, uptime, cpuUsage } from 'node:process';

import type { Result } from '@featureflags/core';

/** Upper bounds of the latency histogram, in seconds: the targets are 1 and 5 ms. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** How many flags are counted by name; evaluations of further ones are counted together. */
const MAX_FLAGS = 1000;
/** What stands for flags beyond that number, and for keys that no flag has. */
const OTHER = '_other';
const UNKNOWN = '_unknown';

/** What becomes of the entries of `POST /events`. */
const OUTCOMES = ['accepted', 'duplicates', 'unknown'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface Histogram {
  readonly labels: string;
  /** One for each bound and one for what is above all. */
  readonly counts: number[];
  sum: number;
}

/** What is read when somebody asks for the metrics. */
export interface Gauges {
  readonly snapshots: readonly { readonly environment: string; readonly version: number }[];
  readonly openStreams: number;
  readonly storeBroken: boolean;
}

/**
 * Counts what the server does and writes it in Prometheus' text format, version 0.0.4.
 * (Not prom-client: it takes 14 MB of the 50 that the idle server may have; see docs/decisions.)
 */
export class Metrics {
  /** By route, then by status. */
  readonly #requests = new Map<string, Map<number, Histogram>>();
  readonly #evaluations = new Map<string, Map<string, number>>();
  readonly #events: Record<Outcome, number> = { accepted: 0, duplicates: 0, unknown: 0 };

  /** @param seconds from the request's arrival to its answer */
  request(route: string, status: number, seconds: number): void {
    const histogram = this.#requests.get(route)?.get(status) ?? this.#histogram(route, status);
    const bound = BOUNDS.findIndex((limit) => seconds <= limit);
    const index = bound === -1 ? BOUNDS.length : bound;
    histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
    histogram.sum += seconds;
  }

  /** Counts one answer; `result` says of which flag and with which reason. */
  evaluation(result: Result): void {
    const isUnknown = 'errorCode' in result && result.errorCode === 'FLAG_NOT_FOUND';
    const reasons = this.#reasonsOf(isUnknown ? UNKNOWN : result.key);
    reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
  }

  /** Counts what became of the entries of a batch of events, by their outcome. */
  events(outcomes: Readonly<Record<Outcome, number>>): void {
    for (const outcome of OUTCOMES) this.#events[outcome] += outcomes[outcome];
  }

  /** The metrics in Prometheus' text format. */
  text(gauges: Gauges): string {
    return [
      ...family(
        'featureflags_http_request_duration_seconds',
        'histogram',
        'Time to answer requests.',
      ),
      ...[...this.#requests.values()].flatMap((each) => [...each.values()].flatMap(histogramLines)),
      ...family('featureflags_evaluations_total', 'counter', 'Evaluations by flag and reason.'),
      ...this.#evaluationLines(),
      ...family(
        'featureflags_events_total',
        'counter',
        'Entries of events by what became of them.',
      ),
      ...OUTCOMES.map(
        (outcome) =>
          `featureflags_events_total{outcome="${outcome}"} ${String(this.#events[outcome])}`,
      ),
      ...gaugeLines(gauges),
      ...processLines(),
      '',
    ].join('\n');
  }

  #histogram(route: string, status: number): Histogram {
    const histogram = newHistogram(route, status);
    const statuses = this.#requests.get(route) ?? new Map<number, Histogram>();
    this.#requests.set(route, statuses.set(status, histogram));
    return histogram;
  }

  #reasonsOf(flag: string): Map<string, number> {
    const known = this.#evaluations.get(flag);
    if (known !== undefined) return known;
    const isFull = this.#evaluations.size >= MAX_FLAGS && flag !== OTHER && flag !== UNKNOWN;
    if (isFull) return this.#reasonsOf(OTHER);
    const reasons = new Map<string, number>();
    this.#evaluations.set(flag, reasons);
    return reasons;
  }

  #evaluationLines(): string[] {
    return [...this.#evaluations].flatMap(([flag, reasons]) =>
      [...reasons].map(
        ([reason, count]) =>
          `featureflags_evaluations_total{flag="${flag}",reason="${reason}"} ${String(count)}`,
      ),
    );
  }
}

/** A route is "GET /flags/{key}": its own text, never what a client sent. */
function newHistogram(route: string, status: number): Histogram {
  const [method = '', path = ''] = route.split(' ');
  return {
    labels: `method="${method}",route="${path}",status="${String(status)}"`,
    counts: Array<number>(BOUNDS.length + 1).fill(0),
    sum: 0,
  };
}

function histogramLines({ labels, counts, sum }: Histogram): string[] {
  const name = 'featureflags_http_request_duration_seconds';
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${name}_bucket{${labels},le="${String(BOUNDS[index] ?? '+Inf')}"} ${String(total)}`;
  });
  return [
    ...buckets,
    `${name}_sum{${labels}} ${String(sum)}`,
    `${name}_count{${labels}} ${String(total)}`,
  ];
}

function gaugeLines({ snapshots, openStreams, storeBroken }: Gauges): string[] {
  return [
    ...family('featureflags_snapshot_version', 'gauge', 'Version of what is served.'),
    ...snapshots.map(
      ({ environment, version }) =>
        `featureflags_snapshot_version{environment="${environment}"} ${String(version)}`,
    ),
    ...single('featureflags_open_streams', 'gauge', 'Streams that are open.', openStreams),
    ...single(
      'featureflags_store_broken',
      'gauge',
      '1 while what the store holds cannot be used and the last good state is served.',
      Number(storeBroken),
    ),
  ];
}

/** The names that Prometheus' client libraries use for processes. */
function processLines(): string[] {
  const { user, system } = cpuUsage();
  const started = Date.now() / 1000 - uptime();
  return [
    ...single('process_cpu_seconds_total', 'counter', 'Processor time.', (user + system) / 1e6),
    ...single('process_resident_memory_bytes', 'gauge', 'Resident memory.', memoryUsage().rss),
    ...single('process_start_time_seconds', 'gauge', 'Start, as Unix time.', started),
  ];
}

function single(name: string, type: string, help: string, value: number): string[] {
  return [...family(name, type, help), `${name} ${String(value)}`];
}

function family(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
