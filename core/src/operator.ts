import type { Json } from './json.ts';

/** True or false of a value; undefined if the value is outside the operator's domain. */
export type Test = (value: Json) => boolean | undefined;

/** A scalar that a condition compares with. */
export type Operand = string | number | boolean;

/** How one operator reads its operands and tests a value. */
export interface Operator {
  /** How many operands it takes. */
  readonly arity: 'one' | 'many';
  /** What an operand must be, for messages. */
  readonly wants: string;
  /** The JSON types that an operand may have. */
  readonly types: readonly string[];
  /** True if `ignoreCase` may be set. */
  readonly foldable: boolean;
  /** True if it can read the operand. */
  readonly accepts: (operand: Json) => boolean;
  /** Makes the test; the operands have been accepted. */
  readonly prepare: (operands: readonly Operand[], means: Means) => Test;
}

/** What a test is made with. */
export interface Means {
  /** What strings go through before they are compared: {@link foldCase} or nothing. */
  readonly fold: (text: string) => string;
}

/** True of a string: the domain of most operators. */
export function isString(value: Json): value is string {
  return typeof value === 'string';
}
