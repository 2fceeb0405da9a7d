import type { CodePoints } from './pattern-sets.ts';
import type { Assertion, Tree } from './pattern-tree.ts';

/** One step of a nondeterministic automaton; `next` and `other` are indexes of the program. */
export type Instruction =
  | { readonly kind: 'set'; readonly set: CodePoints; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: number; readonly other: number }
  | { readonly kind: 'match' };

type Repeat = Extract<Tree, { kind: 'repeat' }>;

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
}

/**
 * Makes the automaton of a pattern, back to front: K. Thompson, "Regular Expression Search
 * Algorithm", Communications of the ACM 11 (1968). It has fewer than two instructions for each
 * unit of the pattern's size, and recursion is as deep as groups are in one another.
 */
export function programOf(tree: Tree): Program {
  const instructions: Instruction[] = [{ kind: 'match' }];
  const start = emit(instructions, tree, 0);
  return { instructions, start };
}

/** Adds what reads `tree` and then goes on at `next`. @returns where it begins */
function emit(program: Instruction[], tree: Tree, next: number): number {
  if (tree.kind === 'set') return add(program, { kind: 'set', set: tree.set, next });
  if (tree.kind === 'assertion') {
    return add(program, { kind: 'assertion', assertion: tree.assertion, next });
  }
  if (tree.kind === 'repeat') return emitRepeat(program, tree, next);
  if (tree.kind === 'either') {
    const branches = tree.items.map((item) => emit(program, item, next));
    return branches.reduceRight((other, branch) =>
      add(program, { kind: 'fork', next: branch, other }),
    );
  }
  return tree.items.reduceRight((after, item) => emit(program, item, after), next);
}

function add(program: Instruction[], instruction: Instruction): number {
  return program.push(instruction) - 1;
}

function emitRepeat(program: Instruction[], repeat: Repeat, next: number): number {
  if (repeat.max === Infinity) return emitEndless(program, repeat, next);
  const { item, min, max } = repeat;
  let start = next;
  // Each optional copy goes on with the next one or leaves.
  for (let copy = min; copy < max; copy += 1) {
    start = add(program, { kind: 'fork', next: emit(program, item, start), other: next });
  }
  return emitCopies(program, item, min, start);
}

function emitCopies(program: Instruction[], item: Tree, count: number, next: number): number {
  let start = next;
  for (let copy = 0; copy < count; copy += 1) start = emit(program, item, start);
  return start;
}

/** The last copy is the loop: with one more, `+` in `+` would double the program each time. */
function emitEndless(program: Instruction[], { item, min }: Repeat, next: number): number {
  const loop = add(program, { kind: 'match' });
  const last = emit(program, item, loop);
  program[loop] = { kind: 'fork', next: last, other: next };
  return min === 0 ? loop : emitCopies(program, item, min - 1, last);
}
