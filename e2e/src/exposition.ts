// A strict reader of Prometheus' text format, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Draft {
  readonly name: string;
  type: string | undefined;
  help: string | undefined;
  readonly samples: Sample[];
}

const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HEADER = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

/** Reads a whole exposition. @throws Error at the first line that breaks a rule of the format */
export function parseExposition(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const families: Draft[] = [];
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const problem = take(line, families);
    if (problem !== undefined) throw new Error(`line ${String(index + 1)}: ${problem}: ${line}`);
  }
  return families.map(finished);
}

/** @returns what is wrong with the line */
function take(line: string, families: Draft[]): string | undefined {
  const header = HEADER.exec(line);
  if (header !== null) return takeHeader(header, families);
  const [, name = '', labelText = '', number = ''] = SAMPLE.exec(line) ?? [];
  const family = families.at(-1);
  if (name === '' || !NUMBER.test(number)) return 'this is no sample';
  if (family === undefined || !belongs(name, family)) return 'a sample outside its family';
  const labels = labelsOf(labelText);
  if (labels === undefined) return 'these are no labels';
  const isTwice = family.samples.some(
    (other) => other.name === name && JSON.stringify(other.labels) === JSON.stringify(labels),
  );
  if (isTwice) return 'the same sample twice';
  family.samples.push({ name, labels, value: numberOf(number) });
  return undefined;
}

function takeHeader(
  [, kind, name = '', rest = '']: RegExpExecArray,
  families: Draft[],
): string | undefined {
  let family = families.at(-1);
  if (family?.name !== name) {
    if (families.some((each) => each.name === name)) return 'a family in two places';
    family = { name, type: undefined, help: undefined, samples: [] };
    families.push(family);
  }
  if (family.samples.length > 0) return 'a header after samples';
  if (kind === 'HELP' && family.help === undefined) family.help = rest;
  else if (kind === 'TYPE' && family.type === undefined && TYPES.has(rest)) family.type = rest;
  else return 'a header twice, or a type that is none';
  return undefined;
}

function belongs(name: string, { name: family, type }: Draft): boolean {
  if (type !== 'histogram') return name === family;
  return ['_bucket', '_sum', '_count'].some((end) => name === family + end);
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(labels, name)) return undefined;
    labels[name] = value.replaceAll(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each));
  }
  return labels;
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function finished({ name, type, help, samples }: Draft): Family {
  if (type === undefined || help === undefined) throw new Error(`${name} has no HELP or no TYPE`);
  const family = { name, type, help, samples };
  if (type === 'histogram') checkHistogram(family);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) {
    throw new Error(`${name} counts down`);
  }
  return family;
}

/** Buckets ascend and are cumulative, the last one is +Inf and holds all that are counted. */
function checkHistogram({ name, samples }: Family): void {
  const series = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le')),
  );
  for (const [labels, each] of series) {
    const buckets = each.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((sample) => numberOf(sample.labels['le'] ?? 'NaN'));
    const counts = buckets.map(({ value }) => value);
    const count = each.find((sample) => sample.name === `${name}_count`)?.value;
    const hasSum = each.some((sample) => sample.name === `${name}_sum`);
    const isRight =
      hasSum &&
      ascends(bounds, false) &&
      ascends(counts, true) &&
      bounds.at(-1) === Infinity &&
      counts.at(-1) === count;
    if (!isRight) throw new Error(`${name}${labels} is no histogram`);
  }
}

function ascends(numbers: readonly number[], isEqualFine: boolean): boolean {
  return numbers.every((number, index) => {
    const before = numbers[index - 1] ?? -Infinity;
    return number > before || (isEqualFine && number === before);
  });
}
