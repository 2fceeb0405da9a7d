import { attributeOf } from './context.ts';
import {
  below,
  checkFilled,
  readBoolean,
  readFields,
  readList,
  readOptional,
  readRequired,
  readString,
  report,
  shown,
  type Place,
} from './issue.ts';
import { isJsonObject, ownValue, wellFormed, type Json, type JsonObject } from './json.ts';
import { foldCase, keepCase } from './normalize.ts';
import type { Operand, Operator } from './operator.ts';
import { NEGATABLE, OPERATORS, PATTERN_OPERATOR } from './operators.ts';
import { compilePattern } from './pattern.ts';
import type { Condition, PresenceCondition, SegmentCondition, ValueCondition } from './snapshot.ts';

/** What a condition may refer to. */
export interface Surroundings {
  /** The segments that there are; a segment that was refused is false. Undefined in a segment. */
  readonly segments: ReadonlyMap<string, boolean> | undefined;
}

const NOT = 'not_';

/** Every operator's name, in the order in which messages list them. */
export const OPERATOR_NAMES: readonly string[] = [
  ...[...OPERATORS.keys()].flatMap((name) => (NEGATABLE.has(name) ? [name, NOT + name] : [name])),
  'exists',
  'not_exists',
  'in_segment',
  'not_in_segment',
];

/** Reads one condition; the operator decides how the rest is read. */
export function readCondition(
  place: Place,
  value: Json,
  surroundings: Surroundings,
): Condition | undefined {
  if (!isJsonObject(value)) return readFields(place, value, []) as undefined;
  const op = readRequired(place, value, 'op', readOperatorName);
  if (op === undefined) return undefined;
  if (op.endsWith('in_segment')) return readSegmentCondition(place, value, op, surroundings);
  if (op.endsWith('exists')) return readPresence(place, value, op);
  return readValueCondition(place, value, op);
}

function readOperatorName(place: Place, value: Json): string | undefined {
  const name = readString(place, value);
  if (name === undefined || OPERATOR_NAMES.includes(name)) return name;
  return report(
    place,
    'unsupported',
    `${shown(name)} is not an operator; known: ${OPERATOR_NAMES.join(', ')}`,
  );
}

function readPresence(place: Place, value: JsonObject, op: string): PresenceCondition | undefined {
  readFields(place, value, ['attribute', 'op', 'ignoreCase']);
  refuseIgnoreCase(place, value, op);
  const name = readRequired(place, value, 'attribute', readName);
  if (name === undefined) return undefined;
  return { kind: 'presence', op, attribute: attributeOf(name), negated: op.startsWith(NOT) };
}

function readSegmentCondition(
  place: Place,
  value: JsonObject,
  op: string,
  { segments }: Surroundings,
): SegmentCondition | undefined {
  if (segments === undefined) {
    return report(below(place, 'op'), 'value', 'a segment cannot name another segment');
  }
  readFields(place, value, ['segment', 'op', 'ignoreCase']);
  refuseIgnoreCase(place, value, op);
  const segment = readRequired(place, value, 'segment', readString);
  if (segment === undefined) return undefined;
  const usable = segments.get(segment);
  if (usable === true) return { kind: 'segment', op, segment, negated: op.startsWith(NOT) };
  const field = below(place, 'segment');
  if (usable === undefined) return report(field, 'reference', `no segment ${shown(segment)}`);
  return report(field, 'unsupported', `this reader does not know all of segment ${shown(segment)}`);
}

function readValueCondition(
  place: Place,
  value: JsonObject,
  op: string,
): ValueCondition | undefined {
  const negated = op.startsWith(NOT);
  const operator = OPERATORS.get(negated ? op.slice(NOT.length) : op) as Operator;
  readFields(place, value, ['attribute', 'op', 'values', 'ignoreCase']);
  const name = readRequired(place, value, 'attribute', readName);
  if (!operator.foldable) refuseIgnoreCase(place, value, op);
  const ignoreCase =
    operator.foldable && (readOptional(place, value, 'ignoreCase', readBoolean) ?? false);
  const operands = readRequired(place, value, 'values', (at, list) =>
    readOperands(at, list, operator, op.endsWith(PATTERN_OPERATOR)),
  );
  if (name === undefined || operands === undefined) return undefined;
  const test = operator.prepare(operands, { fold: ignoreCase ? foldCase : keepCase });
  return { kind: 'value', op, attribute: attributeOf(name), operands, ignoreCase, negated, test };
}

function refuseIgnoreCase(place: Place, value: JsonObject, op: string): void {
  if (ownValue(value, 'ignoreCase') === undefined) return;
  report(below(place, 'ignoreCase'), 'value', `${op} has no ignoreCase`);
}

/** Reads an attribute's name. */
export function readName(place: Place, value: Json): string | undefined {
  const name = readString(place, value);
  return name === '' ? report(place, 'value', 'an attribute needs a name') : name;
}

function readOperands(
  place: Place,
  value: Json,
  operator: Operator,
  arePatterns: boolean,
): Operand[] | undefined {
  const before = place.issues.length;
  const operands = readList(place, value, (at, element) => {
    const operand = readOperand(at, element, operator);
    if (operand !== undefined && arePatterns) checkPattern(at, operand);
    return operand;
  });
  checkFilled(place, value, 'value');
  if (Array.isArray(value) && operator.arity === 'one' && value.length > 1) {
    report(place, 'range', `expected exactly one value, got ${String(value.length)}`);
  }
  return place.issues.length > before ? undefined : operands;
}

function checkPattern(place: Place, pattern: Operand): void {
  const compiled = compilePattern(String(pattern));
  if (typeof compiled !== 'string') return;
  report(place, 'pattern', `${shown(pattern)} does not compile: ${compiled}`);
}

function readOperand(place: Place, value: Json, operator: Operator): Operand | undefined {
  if (operator.accepts(value)) {
    return typeof value === 'string' ? wellFormed(value) : (value as Operand);
  }
  const code = operator.types.includes(typeof value) ? 'value' : 'type';
  return report(place, code, `expected ${operator.wants}, got ${shown(value)}`);
}
