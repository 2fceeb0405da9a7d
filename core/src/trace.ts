import type { Json } from './json.ts';
import type { Operand } from './operator.ts';
import type { Reason } from './result.ts';

/** What an evaluation did, step by step, in the order of the contract. */
export type Trace = TraceEntry[];

export type TraceEntry =
  | { readonly step: 1; readonly outcome: 'found' | 'not_found' | 'refused' }
  | { readonly step: 2; readonly enabled: boolean }
  | RequirementTrace
  | { readonly step: 4; readonly targetingKey: string | null; readonly variant: string | null }
  | RuleTrace
  | DefaultTrace;

interface RequirementTrace {
  readonly step: 3;
  readonly requires: string;
  readonly variants: readonly string[];
  /** What the required flag served; null if it erred. */
  readonly variant: string | null;
  readonly met: boolean;
  readonly trace: Trace;
}

export interface RuleTrace {
  readonly step: 5;
  readonly rule: string;
  /** The conditions that were looked at: up to the first that is false. */
  readonly conditions: ConditionTrace[];
  rollout?: RolloutTrace;
  split?: SplitTrace;
  applies: boolean;
}

interface DefaultTrace {
  readonly step: 6;
  readonly outcome: 'default';
  readonly reason: Reason;
  readonly split?: SplitTrace;
}

export type ConditionTrace =
  | {
      readonly attribute: string;
      readonly op: string;
      readonly values?: readonly Operand[];
      readonly ignoreCase?: true;
      readonly actual: Json;
      readonly result: boolean;
    }
  | {
      readonly segment: string;
      readonly op: string;
      /** What decided: a list of the segment, one of its groups, or nothing in it. */
      readonly by: 'include' | 'exclude' | 'any' | 'none';
      readonly result: boolean;
    };

export interface RolloutTrace {
  readonly by: string;
  readonly value: string | null;
  readonly percent: number;
  readonly bucket: number | null;
  readonly inside: boolean;
}

export interface SplitTrace {
  readonly by: string;
  readonly value: string | null;
  readonly point: number | null;
  /** The sum of the weights. */
  readonly weight: number;
  readonly variant: string | null;
}
