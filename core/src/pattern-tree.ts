import type { CodePoints } from './pattern-sets.ts';

/** What must hold between two code points. */
export type Assertion = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'border' | 'noBorder';

/** A pattern, read. What is captured, named or greedy changes no answer and is not in it. */
export type Tree = Cost &
  (
    | { readonly kind: 'set'; readonly set: CodePoints }
    | { readonly kind: 'assertion'; readonly assertion: Assertion }
    | { readonly kind: 'sequence'; readonly items: readonly Tree[] }
    | { readonly kind: 'either'; readonly items: readonly Tree[] }
    | { readonly kind: 'repeat'; readonly item: Tree; readonly min: number; readonly max: number }
  );

interface Cost {
  /** What 4.pattern of spec/evaluation.md calls size. */
  readonly size: number;
  /** The largest product of the counts of counted repeats in one another. */
  readonly copies: number;
}

/** One code point of a set. */
export function oneOf(set: CodePoints): Tree {
  return { kind: 'set', set, size: 1, copies: 1 };
}

/** A place, and no code point. */
export function asserted(assertion: Assertion): Tree {
  return { kind: 'assertion', assertion, size: 1, copies: 1 };
}

/** One after the other. */
export function sequence(items: readonly Tree[]): Tree {
  return joined('sequence', items, 0);
}

/** Any of them. */
export function either(branches: readonly Tree[]): Tree {
  return joined('either', branches, branches.length - 1);
}

function joined(kind: 'sequence' | 'either', items: readonly Tree[], own: number): Tree {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  let size = own;
  let copies = 1;
  for (const item of items) {
    size += item.size;
    copies = Math.max(copies, item.copies);
  }
  return { kind, items, size, copies };
}

/** A group only costs: nothing is captured. */
export function grouped(item: Tree): Tree {
  return { ...item, size: item.size + 1 };
}

/** `*`, `+` and `?`; `max` may be infinite. */
export function repeated(item: Tree, min: number, max: number): Tree {
  return { kind: 'repeat', item, min, max, size: item.size + 1, copies: item.copies };
}

/** `{n}`, `{n,}` and `{n,m}`; `max` may be infinite. */
export function counted(item: Tree, min: number, max: number): Tree {
  const count = Math.max(1, max === Infinity ? min : max);
  const [size, copies] = [count * item.size + 1, count * item.copies];
  return { kind: 'repeat', item, min, max, size, copies };
}
