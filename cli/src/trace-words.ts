import type {
  ConditionTrace,
  RolloutTrace,
  SplitTrace,
  Trace,
  TraceEntry,
} from '@featureflags/core';
import { cut, printable, shownValue, type Look } from './look.ts';
import { conditionWords, percentWords, valueWords } from './words.ts';

/** A line of an explanation: whether it holds (undefined: neither), and what was found. */
interface Line {
  readonly depth: number;
  readonly holds: boolean | undefined;
  readonly text: string;
}

const LONGEST_VALUE = 60;

/** The steps of an evaluation, one a line. */
export function traceText(trace: Trace, look: Look): string {
  return trace
    .flatMap((entry) => entryLines(entry, 0, look))
    .map(({ depth, holds, text }) => {
      const mark = holds === undefined ? look.paint('dim', '·') : look.mark(holds);
      return `${'  '.repeat(depth)}${look.arrow === '->' && holds === undefined ? '.' : mark} ${text}\n`;
    })
    .join('');
}

function entryLines(entry: TraceEntry, depth: number, look: Look): Line[] {
  if (entry.step === 1) return [line(depth, entry.outcome === 'found', FOUND[entry.outcome])];
  if (entry.step === 2) {
    const text = entry.enabled
      ? 'It is enabled.'
      : 'It is disabled: everybody gets its off variant.';
    return [line(depth, entry.enabled, text)];
  }
  if (entry.step === 3) return requirementLines(entry, depth, look);
  if (entry.step === 4) return [targetLine(entry, depth)];
  return entry.step === 5 ? ruleLines(entry, depth, look) : defaultLines(entry, depth);
}

function line(depth: number, holds: boolean | undefined, text: string): Line {
  return { depth, holds, text };
}

const FOUND = {
  found: 'The flag is there.',
  not_found: 'There is no such flag.',
  refused: 'The flag is there, but its definition is refused.',
} as const;

type Entry<Step extends TraceEntry['step']> = Extract<TraceEntry, { readonly step: Step }>;

function requirementLines(entry: Entry<3>, depth: number, look: Look): Line[] {
  const { requires, variants, variant, met } = entry;
  const served = variant === null ? 'nothing, because it erred' : printable(variant);
  const text = `It requires ${printable(requires)} to be ${valueWords(variants)}: that is ${served}.`;
  const nested = entry.trace.flatMap((each) => entryLines(each, depth + 2, look));
  return [line(depth, met, text), ...nested];
}

function targetLine({ targetingKey, variant }: Entry<4>, depth: number): Line {
  if (variant !== null) {
    const text = `${printable(targetingKey ?? '')} is a target and gets ${printable(variant)}.`;
    return line(depth, true, text);
  }
  const who =
    targetingKey === null ? 'There is no user key' : `${printable(targetingKey)} is no target`;
  return line(depth, undefined, `${who}, so the rules decide.`);
}

function ruleLines(entry: Entry<5>, depth: number, look: Look): Line[] {
  const outcome = entry.applies ? 'applies and serves' : 'does not apply';
  const below = depth + 1;
  return [
    line(depth, entry.applies, `Rule ${printable(entry.rule)} ${outcome}:`),
    ...entry.conditions.map((condition) =>
      line(below, condition.result, conditionLine(condition, look)),
    ),
    ...(entry.conditions.length === 0
      ? [line(below, true, 'It has no conditions: everybody.')]
      : []),
    ...(entry.rollout === undefined ? [] : [rolloutLine(entry.rollout, below)]),
    ...(entry.split === undefined ? [] : [splitLine(entry.split, below)]),
  ];
}

function conditionLine(condition: ConditionTrace, look: Look): string {
  const words = conditionWords(condition);
  if ('segment' in condition) return `${words}: ${BY[condition.by]}`;
  const { attribute, actual, op } = condition;
  if (op === 'not_exists' && actual === null) return words;
  if (actual === null) return `${words}: there is no ${printable(attribute)}`;
  const shown = typeof actual === 'string' ? JSON.stringify(actual) : shownValue(actual);
  return `${words}: it is ${cut(printable(shown), LONGEST_VALUE, look.ellipsis)}`;
}

const BY = {
  include: 'the segment includes the user by name',
  exclude: 'the segment excludes the user by name',
  any: 'one of its groups of conditions holds',
  none: 'nothing in the segment holds the user',
} as const;

function rolloutLine({ by, value, percent, bucket, inside }: RolloutTrace, depth: number): Line {
  const share = `rollout to ${percentWords(percent)}`;
  if (value === null || bucket === null) {
    return line(depth, false, `${share}: there is no ${printable(by)} to go by`);
  }
  const place = `${printable(by)} ${JSON.stringify(value)} is at ${percentWords(bucket / 1000)}`;
  return line(depth, inside, `${share}: ${place}, ${inside ? 'inside' : 'outside'}`);
}

function splitLine({ by, value, point, weight, variant }: SplitTrace, depth: number): Line {
  if (value === null || point === null) {
    return line(depth, false, `split: there is no ${printable(by)} to go by`);
  }
  const place = `${printable(by)} ${JSON.stringify(value)} is at ${String(point)} of ${String(weight)}`;
  return line(depth, true, `split: ${place}: ${printable(variant ?? 'no variant')}`);
}

function defaultLines(entry: Entry<6>, depth: number): Line[] {
  const isError = entry.reason === 'ERROR';
  const text = isError ? 'The default cannot decide:' : 'No rule applies: the default serves.';
  const split = entry.split === undefined ? [] : [splitLine(entry.split, depth + 1)];
  return [
    line(
      depth,
      !isError,
      entry.reason === 'STATIC' ? 'It has no rules: the default serves everybody.' : text,
    ),
    ...split,
  ];
}
