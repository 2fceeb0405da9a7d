import type { Attribute } from './context.ts';
import type { Json } from './json.ts';
import type { Operand, Test } from './operator.ts';
import type { Failed, Metadata, Served } from './result.ts';

/** All flags and segments of one environment at one version, compiled. Never changed. */
export interface Snapshot {
  readonly environment: string;
  readonly version: number;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  /** The flags that hold something this reader does not know, each with its answer. */
  readonly refused: ReadonlyMap<string, Failed>;
}

export type FlagType = 'boolean' | 'string' | 'number' | 'object';

export interface Variant {
  readonly name: string;
  readonly value: Json;
}

/** A flag, with every result that it can give made beforehand. */
export interface Flag {
  readonly key: string;
  readonly type: FlagType;
  readonly enabled: boolean;
  readonly variants: readonly Variant[];
  readonly metadata: Metadata;
  /** The answer while the flag is disabled. */
  readonly disabled: Served;
  /** The name of the variant that is served when the flag is off. */
  readonly off: string;
  readonly requires: readonly Requirement[];
  /** Targeting key → answer; undefined if the flag has no targets. */
  readonly targets: ReadonlyMap<string, Served> | undefined;
  readonly rules: readonly Rule[];
  readonly fallback: Fallback;
}

/** Another flag must serve one of these variants. */
export interface Requirement {
  readonly flag: string;
  readonly variants: readonly string[];
  /** The answer if it does not. */
  readonly unmet: Served;
}

export interface Rule {
  readonly id: string;
  readonly conditions: readonly Condition[];
  readonly rollout: Rollout | undefined;
  readonly serve: Serve;
}

/** What a rule or a flag serves: a split decides, or it is always the same. */
export type Serve =
  | { readonly split: undefined; readonly served: Served }
  | { readonly split: Split; readonly served: undefined };

/** What is served when no rule applies; a split can lack its key. */
export interface Fallback {
  readonly serve: Serve;
  readonly keyMissing: Failed;
}

export interface Rollout {
  readonly percent: number;
  readonly by: Attribute;
  readonly saltHash: number;
  /** Buckets below it are inside. */
  readonly threshold: number;
}

export interface Split {
  readonly by: Attribute;
  readonly saltHash: number;
  /** The sum of the weights. */
  readonly weight: number;
  /** For each variant, the sum of the weights up to and with its own. */
  readonly ends: readonly number[];
  readonly served: readonly Served[];
}

export type Condition = ValueCondition | PresenceCondition | SegmentCondition;

export interface ValueCondition {
  readonly kind: 'value';
  readonly op: string;
  readonly attribute: Attribute;
  readonly operands: readonly Operand[];
  readonly ignoreCase: boolean;
  readonly negated: boolean;
  readonly test: Test;
}

export interface PresenceCondition {
  readonly kind: 'presence';
  readonly op: string;
  readonly attribute: Attribute;
  readonly negated: boolean;
}

export interface SegmentCondition {
  readonly kind: 'segment';
  readonly op: string;
  readonly segment: string;
  readonly negated: boolean;
}

export interface Segment {
  readonly include: ReadonlySet<string>;
  readonly exclude: ReadonlySet<string>;
  /** Groups of conditions: the context is held if all of any group are true. */
  readonly any: readonly (readonly Condition[])[];
}
