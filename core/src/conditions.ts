import { isPresent, lookup, type Context, type Present } from './context.ts';
import type { Json } from './json.ts';
import type {
  Condition,
  PresenceCondition,
  Segment,
  SegmentCondition,
  Snapshot,
  ValueCondition,
} from './snapshot.ts';
import type { ConditionTrace } from './trace.ts';

/** True if every condition is true; what was looked at goes to `trace`. */
export function allHold(
  conditions: readonly Condition[],
  snapshot: Snapshot,
  context: Context,
  trace?: ConditionTrace[],
): boolean {
  for (let index = 0; index < conditions.length; index += 1) {
    if (!holds(conditions[index] as Condition, snapshot, context, trace)) return false;
  }
  return true;
}

function holds(
  condition: Condition,
  snapshot: Snapshot,
  context: Context,
  trace: ConditionTrace[] | undefined,
): boolean {
  if (condition.kind === 'value') return valueHolds(condition, context, trace);
  if (condition.kind === 'presence') return presenceHolds(condition, context, trace);
  return segmentHolds(condition, snapshot, context, trace);
}

function valueHolds(
  condition: ValueCondition,
  context: Context,
  trace: ConditionTrace[] | undefined,
): boolean {
  const actual = lookup(condition.attribute, context.attributes);
  const result = actual !== undefined && testValue(condition, actual);
  if (trace !== undefined) trace.push(valueTrace(condition, actual, result));
  return result;
}

/** Made apart, so that what evaluates stays small enough to be compiled as one. */
function valueTrace(
  { attribute, op, operands, ignoreCase }: ValueCondition,
  actual: Json | undefined,
  result: boolean,
): ConditionTrace {
  return {
    attribute: attribute.name,
    op,
    values: operands,
    ...(ignoreCase ? { ignoreCase: true } : {}),
    actual: actual ?? null,
    result,
  };
}

/** A list holds if any element does; under a negation, if every element does. */
function testValue(condition: ValueCondition, actual: Present): boolean {
  return Array.isArray(actual) ? testList(condition, actual) : testElement(condition, actual);
}

function testList(condition: ValueCondition, actual: readonly Json[]): boolean {
  const test = (element: Json): boolean => isPresent(element) && testElement(condition, element);
  return condition.negated ? actual.every(test) : actual.some(test);
}

/** A value outside the operator's domain makes the condition false, negated or not. */
function testElement({ test, negated }: ValueCondition, element: Present): boolean {
  const outcome = test(element);
  return outcome !== undefined && outcome !== negated;
}

function presenceHolds(
  condition: PresenceCondition,
  context: Context,
  trace: ConditionTrace[] | undefined,
): boolean {
  const actual = lookup(condition.attribute, context.attributes);
  const result = (actual !== undefined) !== condition.negated;
  trace?.push({
    attribute: condition.attribute.name,
    op: condition.op,
    actual: actual ?? null,
    result,
  });
  return result;
}

function segmentHolds(
  condition: SegmentCondition,
  snapshot: Snapshot,
  context: Context,
  trace: ConditionTrace[] | undefined,
): boolean {
  // A snapshot is only made if each segment that a condition names is in it.
  const segment = snapshot.segments.get(condition.segment) as Segment;
  const by = decidedBy(segment, snapshot, context);
  const held = by === 'include' || by === 'any';
  const result = held !== condition.negated;
  trace?.push({ segment: condition.segment, op: condition.op, by, result });
  return result;
}

function decidedBy(
  segment: Segment,
  snapshot: Snapshot,
  context: Context,
): 'include' | 'exclude' | 'any' | 'none' {
  const key = context.targetingKey;
  if (key !== undefined && segment.include.has(key)) return 'include';
  if (key !== undefined && segment.exclude.has(key)) return 'exclude';
  return segment.any.some((group) => allHold(group, snapshot, context)) ? 'any' : 'none';
}
