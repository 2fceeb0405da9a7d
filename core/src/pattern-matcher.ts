import type { Instruction, Program } from './pattern-program.ts';
import { countUpTo, holds, LAST, WORD, type CodePoints } from './pattern-sets.ts';
import type { Assertion } from './pattern-tree.ts';

/** What stands on one side of a place in a text, as far as assertions tell. */
type Side = 'edge' | 'newLine' | 'word' | 'other';

/** Where an automaton can be after some of a text. */
interface State {
  /** The sets it wants one code point of, and the assertions that wait for what follows. */
  readonly wanted: readonly number[];
  /** What came last, if there are such assertions; else `other`. */
  readonly left: Side;
  readonly hasAssertions: boolean;
  /** For each class of code points, the state after one of it, once it was asked for. */
  readonly after: (State | undefined)[];
  /** Whether a text that ends here matches, once it was asked for. */
  atEnd: boolean | undefined;
}

/** How many states are kept; beyond it all are forgotten, and made again as they are needed. */
const MAX_STATES = 1000;
/** How many numbers and references the states may keep: about a megabyte. */
const MAX_KEPT = 1 << 17;

const NEW_LINE = 10;
const REPLACEMENT = 0xff_fd;
const ASCII = 128;

const FOUND: State = { wanted: [], left: 'other', hasAssertions: false, after: [], atEnd: true };
const NEVER: State = { wanted: [], left: 'other', hasAssertions: false, after: [], atEnd: false };

/** Each assertion, judged; undefined as long as it depends on what is not known yet. */
const JUDGES: Record<Assertion, (left: Side, right: Side | undefined) => boolean | undefined> = {
  start: (left) => left === 'edge',
  end: (_, right) => right && right === 'edge',
  lineStart: (left) => left === 'edge' || left === 'newLine',
  lineEnd: (_, right) => right && (right === 'edge' || right === 'newLine'),
  border: (left, right) => right && (left === 'word') !== (right === 'word'),
  noBorder: (left, right) => right && (left === 'word') === (right === 'word'),
};

/**
 * Runs a program on texts, in time linear in their length whatever the program is: a deterministic
 * automaton made while it runs, as in R. Cox, "Regular Expression Matching in the Wild" (2010).
 * What it keeps saves time and changes no answer.
 */
export class PatternMatcher {
  readonly #program: Program;
  /** The first code point of each class; no set of the program divides a class. */
  readonly #classes: readonly number[];
  readonly #asciiClasses: Uint8Array;
  readonly #states = new Map<string, State>();
  readonly #visited: Uint8Array;
  /** A `^` of lines that does not hold here may hold further on; nothing else comes back. */
  readonly #mayBeginLater: boolean;
  #first: State | undefined;
  #kept = 0;
  #steps = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#classes = classesOf(program);
    this.#asciiClasses = Uint8Array.from({ length: ASCII }, (_, code) => this.#classOf(code));
    this.#visited = new Uint8Array(program.instructions.length);
    this.#mayBeginLater = program.instructions.some(
      (each) => each.kind === 'assertion' && each.assertion === 'lineStart',
    );
  }

  /** How many instructions were looked at so far: what bounds the work, without a clock. */
  get steps(): number {
    return this.#steps;
  }

  /** True if the pattern is found anywhere in the text; lone surrogates are read as U+FFFD. */
  test(text: string): boolean {
    let state = (this.#first ??= this.#stateAt([this.#program.start], 'edge'));
    for (let at = 0; at < text.length; at += 1) {
      if (state === FOUND || state === NEVER) break;
      let code = text.charCodeAt(at);
      if (code >= 0xd8_00 && code <= 0xdf_ff) {
        code = text.codePointAt(at) as number;
        if (code > 0xff_ff) at += 1;
        else code = REPLACEMENT;
      }
      const known = code < ASCII ? (this.#asciiClasses[code] as number) : this.#classOf(code);
      state = state.after[known] ?? this.#stateAfter(state, known);
    }
    return (state.atEnd ??= this.#follow(state.wanted, state.left, 'edge') === undefined);
  }

  #classOf(code: number): number {
    return countUpTo(this.#classes, code) - 1;
  }

  #stateAfter(state: State, codeClass: number): State {
    const code = this.#classes[codeClass] as number;
    const side = sideOf(code);
    const { wanted, left, hasAssertions } = state;
    const sets = hasAssertions ? this.#follow(wanted, left, side) : wanted;
    const next = sets === undefined ? FOUND : this.#stateAt(this.#past(sets, code), side);
    state.after[codeClass] = next;
    return next;
  }

  /** Where those sets lead that hold the code point; and a match may begin at every place. */
  #past(sets: readonly number[], code: number): number[] {
    const next = [this.#program.start];
    for (const index of sets) {
      const instruction = this.#program.instructions[index] as Instruction;
      if (instruction.kind === 'set' && holds(instruction.set, code)) next.push(instruction.next);
    }
    return next;
  }

  /** The state at a place, if its right side is not known. */
  #stateAt(from: readonly number[], side: Side): State {
    const wanted = this.#follow(from, side);
    if (wanted === undefined) return FOUND;
    if (wanted.length === 0 && !this.#mayBeginLater) return NEVER;
    const { instructions } = this.#program;
    const hasAssertions = wanted.some((index) => instructions[index]?.kind === 'assertion');
    const left = hasAssertions ? side : 'other';
    const key = left + String.fromCharCode(...wanted);
    return this.#states.get(key) ?? this.#keep(key, { wanted, left, hasAssertions });
  }

  #keep(key: string, known: Pick<State, 'wanted' | 'left' | 'hasAssertions'>): State {
    const classes = this.#classes.length;
    if (this.#states.size === MAX_STATES || this.#kept > MAX_KEPT) {
      this.#states.clear();
      this.#first = undefined;
      this.#kept = 0;
    }
    const state = { ...known, after: Array<undefined>(classes).fill(undefined), atEnd: undefined };
    this.#kept += classes + known.wanted.length;
    this.#states.set(key, state);
    return state;
  }

  /**
   * Takes the steps that need no code point.
   * @returns what is wanted after them, in order; undefined if the pattern is found by then
   */
  #follow(from: readonly number[], left: Side, right?: Side): number[] | undefined {
    const wanted: number[] = [];
    const visited = this.#visited.fill(0);
    const open = [...from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (visited[index] === 1) continue;
      visited[index] = 1;
      this.#steps += 1;
      const instruction = this.#program.instructions[index] as Instruction;
      if (instruction.kind === 'match') return undefined;
      if (instruction.kind === 'fork') open.push(instruction.other, instruction.next);
      else if (instruction.kind === 'set') wanted.push(index);
      else {
        const isMet = JUDGES[instruction.assertion](left, right);
        if (isMet === undefined) wanted.push(index);
        else if (isMet) open.push(instruction.next);
      }
    }
    return wanted.toSorted((a, b) => a - b);
  }
}

function sideOf(code: number): Side {
  if (code === NEW_LINE) return 'newLine';
  return holds(WORD, code) ? 'word' : 'other';
}

/** Cuts the code points wherever a set begins or has ended, and where assertions look. */
function classesOf({ instructions }: Program): number[] {
  const sets = new Set<CodePoints>();
  for (const instruction of instructions) {
    if (instruction.kind === 'set') sets.add(instruction.set);
    if (instruction.kind === 'assertion') sets.add(WORD).add([NEW_LINE, NEW_LINE]);
  }
  const cuts = new Set([0]);
  for (const set of sets) {
    // An even index is a first code point, an odd one a last.
    for (const [index, code] of set.entries()) cuts.add(code + (index % 2));
  }
  return [...cuts].filter((code) => code <= LAST).toSorted((a, b) => a - b);
}
