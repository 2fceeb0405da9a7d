import { wellFormed } from './json.ts';

/** Folds ASCII letters, and only them, to lower case. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Leaves a string as it is. */
export function keepCase(text: string): string {
  return text;
}

/**
 * What a context's strings go through before they are compared with the operands. Lone surrogates
 * are read as U+FFFD; where no operand has that character, none can tell, and the time is saved.
 */
export function normalizer(
  operands: readonly unknown[],
  fold: (text: string) => string,
): (text: string) => string {
  const tells = operands.some((operand) => String(operand).includes('\uFFFD'));
  return tells ? (text) => fold(wellFormed(text)) : fold;
}
