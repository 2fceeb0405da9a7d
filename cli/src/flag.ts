import type { FlagType, Json, JsonObject } from '@featureflags/core';

/** A flag in one environment, as the API shows it. */
export interface FlagView {
  readonly key: string;
  readonly description: string;
  readonly type: FlagType;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly metadata: JsonObject;
  readonly salt: string;
  readonly variants: readonly VariantView[];
  readonly requires: readonly { readonly flag: string; readonly variants: readonly string[] }[];
  readonly archived: boolean;
  readonly environment: string;
  readonly enabled: boolean;
  readonly off?: string;
  readonly targets: readonly TargetView[];
  readonly rules: readonly RuleView[];
  readonly default?: Serve;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly environments: Readonly<Record<string, { readonly enabled: boolean }>>;
  /** Null if no evaluation was counted; left out in the answer to a change. */
  readonly lastEvaluated?: string | null;
  /** By variant; of a single flag only. */
  readonly evaluations?: Readonly<Record<string, { readonly count: number }>>;
}

export interface VariantView {
  readonly name: string;
  readonly value: Json;
}

export interface TargetView {
  readonly variant: string;
  readonly keys: readonly string[];
}

export interface RuleView {
  readonly id?: string;
  readonly description?: string;
  readonly when?: readonly ConditionView[];
  readonly rollout?: RolloutView;
  readonly serve: Serve;
}

interface RolloutView {
  readonly percent: number;
  readonly by?: string;
}

/** A condition on an attribute, or on a segment. */
export interface ConditionView {
  readonly attribute?: string;
  readonly segment?: string;
  readonly op: string;
  readonly values?: readonly Json[];
  readonly ignoreCase?: boolean;
}

export type Serve =
  { readonly variant: string } | { readonly split: readonly Share[]; readonly by?: string };

export interface Share {
  readonly variant: string;
  readonly weight: number;
}

/** What of a flag a request may change. */
export type FlagChange = { -readonly [Field in Writable]?: FlagView[Field] | null };

type Writable = Exclude<
  keyof FlagView,
  | 'key'
  | 'environment'
  | 'version'
  | 'createdAt'
  | 'updatedAt'
  | 'environments'
  | 'lastEvaluated'
  | 'evaluations'
>;

/** The id of the rule that `ffctl rollout` keeps. */
export const ROLLOUT_RULE = 'rollout';

/** True if the rule has no condition: everybody gets to its rollout. */
export function isCatchAll(rule: RuleView): boolean {
  return (rule.when ?? []).length === 0;
}

/** The names of a flag's variants, in order. */
export function variantNames(flag: Pick<FlagView, 'variants'>): string[] {
  return flag.variants.map(({ name }) => name);
}
