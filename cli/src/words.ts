import type { Json } from '@featureflags/core';
import {
  isCatchAll,
  type ConditionView,
  type FlagView,
  type RuleView,
  type Serve,
} from './flag.ts';
import { printable, shownValue } from './look.ts';

// Rules, conditions and states as people say them.

const OPERATORS: Readonly<Record<string, string>> = {
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  not_starts_with: 'does not start with',
  ends_with: 'ends with',
  not_ends_with: 'does not end with',
  matches: 'matches',
  not_matches: 'does not match',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  before: 'is before',
  after: 'is at or after',
  semver_eq: 'is version',
  semver_lt: 'is a version before',
  semver_lte: 'is a version up to',
  semver_gt: 'is a version after',
  semver_gte: 'is a version from',
  in_cidr: 'is in the network',
  not_in_cidr: 'is not in the network',
};

const MOST_VALUES = 5;

/** One condition: `country is US or CA`. */
export function conditionWords(condition: ConditionView): string {
  const { op, values = [] } = condition;
  const attribute = printable(condition.attribute ?? '');
  const segment = printable(condition.segment ?? '');
  if (op === 'in_segment') return `in segment ${segment}`;
  if (op === 'not_in_segment') return `not in segment ${segment}`;
  if (op === 'exists') return `has ${attribute}`;
  if (op === 'not_exists') return `has no ${attribute}`;
  const folded = condition.ignoreCase === true ? ' (ignoring case)' : '';
  if (op === 'in') return `${attribute} is ${valueWords(values)}${folded}`;
  if (op === 'not_in') return `${attribute} is not ${valueWords(values)}${folded}`;
  return `${attribute} ${OPERATORS[op] ?? op} ${valueWords(values)}${folded}`;
}

/** A list of values, long ones cut: `US, CA or MX`, `a, b, c, d or 20 more`. */
export function valueWords(values: readonly Json[], last = 'or'): string {
  const texts = values.map((value) => (value === '' ? '""' : shownValue(value)));
  const shown = texts.length > MOST_VALUES ? texts.slice(0, MOST_VALUES - 1) : texts;
  if (shown.length < texts.length) shown.push(`${String(texts.length - shown.length)} more`);
  return shown.length < 2
    ? shown.join('')
    : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}

/** All conditions of a rule. */
export function whenWords(when: readonly ConditionView[] | undefined): string {
  if (when === undefined || when.length === 0) return 'everybody';
  return when.map(conditionWords).join(' and ');
}

/** What is served: a variant's name, or a split with its shares in percent. */
export function serveWords(serve: Serve | undefined): string {
  if (serve === undefined) return '';
  if ('variant' in serve) return printable(serve.variant);
  const sum = serve.split.reduce((total, { weight }) => total + weight, 0);
  const shares = serve.split.map(
    ({ variant, weight }) => `${printable(variant)} ${percentWords((weight / sum) * 100)}`,
  );
  return `${shares.join(', ')}${byWords(serve.by)}`;
}

/** The rollout of a rule: empty if it has none. */
export function rolloutWords(rule: RuleView): string {
  if (rule.rollout === undefined) return '';
  return `${percentWords(rule.rollout.percent)}${byWords(rule.rollout.by)}`;
}

/** A percentage with at most three decimals. */
export function percentWords(percent: number): string {
  return `${String(Math.round(percent * 1000) / 1000)}%`;
}

function byWords(by: string | undefined): string {
  return by === undefined || by === 'targetingKey' ? '' : ` by ${printable(by)}`;
}

/** A flag's state in its environment, in a word or two. */
export function stateWords(flag: FlagView): string {
  if (flag.archived) return 'archived';
  if (!flag.enabled) return 'off';
  const everybody = flag.rules.find(isCatchAll);
  if (everybody?.rollout !== undefined) return percentWords(everybody.rollout.percent);
  const served = everybody?.serve ?? flag.default;
  const others = flag.rules.length + flag.targets.length - (everybody === undefined ? 0 : 1);
  if (served !== undefined && 'split' in served) return 'split';
  if (others > 0 && served?.variant === flag.off) return 'for some';
  return served === undefined ? 'on' : serveWords(served);
}

/** What everybody gets whom no rule serves, if a change has moved it; empty if it has not. */
export function movedDefault(before: FlagView, after: FlagView): string {
  if (!before.enabled || !after.enabled) return '';
  const was = serveWords(before.default);
  const is = serveWords(after.default);
  if (was === is || is === '') return '';
  return `Whoever no rule or target serves gets ${is} now (${was} before).`;
}
