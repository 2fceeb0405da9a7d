import type { Json } from './json.ts';
import { keepCase, normalizer } from './normalize.ts';
import { readJsonNumber } from './number.ts';
import { isString, type Means, type Operand, type Test } from './operator.ts';

/** Equality of one JSON type; where one side is a string, it is read as the other side's type. */
export function equality(operands: readonly Operand[], { fold }: Means): Test {
  const normalize = normalizer(operands, fold);
  if (isPlain(operands, normalize)) return oneOf(operands);
  const texts = new Set<Json>(operands.filter(isString).map(fold));
  const others = new Set<Json>(operands.filter((operand) => !isString(operand)));
  const readTexts = new Set<Json | undefined>(operands.filter(isString).map(readScalar));
  return (value) => {
    if (isString(value)) {
      return (
        texts.has(normalize(value)) || (others.size > 0 && others.has(readScalar(value) ?? null))
      );
    }
    return others.has(value) || (typeof value !== 'object' && readTexts.has(value));
  };
}

/** A loop by hand: it takes half the time of `includes`, which engines do not inline. */
function oneOf(operands: readonly Json[]): Test {
  return (value) => {
    for (let index = 0; index < operands.length; index += 1) {
      if (operands[index] === value) return true;
    }
    return false;
  };
}

/** How many operands are faster to go through than to look up in a set. */
const FEW = 8;

/** True if equality with the operands is that of a few strings: most conditions are so. */
function isPlain(operands: readonly Operand[], normalize: (text: string) => string): boolean {
  return (
    normalize === keepCase &&
    operands.length <= FEW &&
    operands.every((operand) => isString(operand) && readScalar(operand) === undefined)
  );
}

/** A string read as a number or a boolean by JSON's grammar. */
function readScalar(text: string): number | boolean | undefined {
  if (text === 'true') return true;
  return text === 'false' ? false : readJsonNumber(text);
}
