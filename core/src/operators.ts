import { blockHolds, readAddress, readBlock, type Block } from './cidr.ts';
import { equality } from './equality.ts';
import { readInstant } from './instant.ts';
import type { Json } from './json.ts';
import { normalizer } from './normalize.ts';
import { readJsonNumber } from './number.ts';
import { isString, type Means, type Operand, type Operator, type Test } from './operator.ts';
import { compilePattern } from './pattern.ts';
import { compareVersions, readVersion } from './semver.ts';

const TEXT = { arity: 'many', wants: 'a string', types: ['string'], accepts: isString } as const;
const SCALAR = {
  arity: 'many',
  wants: 'a string, a number or a boolean',
  types: ['string', 'number', 'boolean'],
  accepts: isOperand,
} as const;
const BLOCK = {
  arity: 'many',
  wants: 'an address or a block, such as "10.0.0.0/8"',
  types: ['string'],
  accepts: (operand: Json) => isString(operand) && readBlock(operand) !== undefined,
} as const;

/** The operator whose operands are patterns. */
export const PATTERN_OPERATOR = 'matches';

/** The operators that look at an attribute's value, without their negations. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['in', { ...SCALAR, foldable: true, prepare: equality }],
  ['contains', textOperator((text, operand) => text.includes(operand))],
  ['starts_with', textOperator((text, operand) => text.startsWith(operand))],
  ['ends_with', textOperator((text, operand) => text.endsWith(operand))],
  [PATTERN_OPERATOR, { ...TEXT, foldable: false, prepare: pattern }],
  ['lt', numericOperator((a, b) => a < b)],
  ['lte', numericOperator((a, b) => a <= b)],
  ['gt', numericOperator((a, b) => a > b)],
  ['gte', numericOperator((a, b) => a >= b)],
  ['before', instantOperator((a, b) => a < b)],
  ['after', instantOperator((a, b) => a >= b)],
  ['semver_eq', versionOperator((order) => order === 0)],
  ['semver_lt', versionOperator((order) => order < 0)],
  ['semver_lte', versionOperator((order) => order <= 0)],
  ['semver_gt', versionOperator((order) => order > 0)],
  ['semver_gte', versionOperator((order) => order >= 0)],
  ['in_cidr', { ...BLOCK, foldable: false, prepare: cidr }],
]);

/** The operators that have a `not_` form. */
export const NEGATABLE: ReadonlySet<string> = new Set([
  'in',
  'contains',
  'starts_with',
  'ends_with',
  'matches',
  'in_cidr',
]);

function isOperand(value: Json): value is Operand {
  return isString(value) || typeof value === 'boolean' || Number.isFinite(value);
}

function textOperator(holds: (text: string, operand: string) => boolean): Operator {
  const prepare = (operands: readonly Operand[], { fold }: Means): Test => {
    const texts = operands.filter(isString).map(fold);
    const normalize = normalizer(operands, fold);
    return (value) => {
      if (!isString(value)) return undefined;
      const subject = normalize(value);
      return texts.some((text) => holds(subject, text));
    };
  };
  return { ...TEXT, foldable: true, prepare };
}

function pattern(operands: readonly Operand[]): Test {
  const tests = operands
    .map((operand) => compilePattern(String(operand)))
    .filter((test) => typeof test === 'function');
  return (value) => (isString(value) ? tests.some((test) => test(value)) : undefined);
}

function readNumeric(value: Json): number | undefined {
  if (isString(value)) return readJsonNumber(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function numericOperator(holds: (a: number, b: number) => boolean): Operator {
  return comparison({ wants: 'a number', types: ['number', 'string'] }, readNumeric, holds);
}

function instantOperator(holds: (a: number, b: number) => boolean): Operator {
  const wants = 'an RFC 3339 date-time with offset, such as "2026-01-31T09:00:00Z"';
  const read = (value: Json): number | undefined =>
    isString(value) ? readInstant(value) : undefined;
  return comparison({ wants, types: ['string'] }, read, holds);
}

function versionOperator(holds: (order: number) => boolean): Operator {
  return comparison(
    { wants: 'a SemVer 2.0.0 version, such as "1.4.0"', types: ['string'] },
    (value) => (isString(value) ? readVersion(value) : undefined),
    (a, b) => holds(compareVersions(a, b)),
  );
}

/** An operator on one operand that reads both sides in the same way. */
function comparison<T>(
  operand: Pick<Operator, 'wants' | 'types'>,
  read: (value: Json) => T | undefined,
  holds: (value: T, operand: T) => boolean,
): Operator {
  const prepare = ([first]: readonly Operand[]): Test => {
    const bound = read(first as Operand) as T;
    return (value) => {
      const subject = read(value);
      return subject === undefined ? undefined : holds(subject, bound);
    };
  };
  const accepts = (value: Json): boolean => read(value) !== undefined;
  return { ...operand, arity: 'one', foldable: false, accepts, prepare };
}

function cidr(operands: readonly Operand[]): Test {
  const blocks = operands.map((operand) => readBlock(String(operand)) as Block);
  return (value) => {
    const address = isString(value) ? readAddress(value) : undefined;
    if (address === undefined) return undefined;
    return blocks.some((block) => blockHolds(block, address));
  };
}
