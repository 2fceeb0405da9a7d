import { allHold } from './conditions.ts';
import type { Context } from './context.ts';
import type { Failed, Result, Served } from './result.ts';
import { insideRollout, servedBy, type ServingTrace } from './serving.ts';
import type { Flag, Requirement, Rule, Snapshot } from './snapshot.ts';
import type { RuleTrace, Trace } from './trace.ts';

/**
 * Evaluates one flag for one context: steps 1 to 6 of spec/evaluation.md.
 * @param trace if given, receives each step that is taken
 * @returns a shared, immutable result; errors are results too, nothing is thrown
 */
export function evaluate(snapshot: Snapshot, key: string, context: Context, trace?: Trace): Result {
  const flag = snapshot.flags.get(key);
  if (flag === undefined) return missing(snapshot, key, trace);
  if (trace !== undefined) traceFound(trace, flag);
  if (!flag.enabled) return flag.disabled;
  const { requires, targets, rules } = flag;
  let served: Served | undefined;
  if (requires.length > 0) served = unmetRequirement(flag, snapshot, context, trace);
  if (served === undefined && targets !== undefined) served = targeted(targets, context, trace);
  if (served === undefined && rules.length > 0) served = ruled(flag, snapshot, context, trace);
  return served ?? fallenBack(flag, context, trace);
}

/** An evaluation with the trace of how its result came about. */
export interface Explanation {
  readonly result: Result;
  readonly trace: Trace;
}

/** Evaluates one flag and tells each step that led to the result. */
export function explain(snapshot: Snapshot, key: string, context: Context): Explanation {
  const trace: Trace = [];
  return { result: evaluate(snapshot, key, context, trace), trace };
}

function missing(snapshot: Snapshot, key: string, trace: Trace | undefined): Failed {
  const refused = snapshot.refused.get(key);
  trace?.push({ step: 1, outcome: refused === undefined ? 'not_found' : 'refused' });
  if (refused !== undefined) return refused;
  const errorMessage = `there is no flag ${JSON.stringify(key)} in ${snapshot.environment}`;
  return { key, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', errorMessage, metadata: {} };
}

// The trace is made in functions of its own, so that the others stay small enough for an engine
// to compile an evaluation without a trace as one.

function traceFound(trace: Trace, { enabled }: Flag): void {
  trace.push({ step: 1, outcome: 'found' }, { step: 2, enabled });
}

function unmetRequirement(
  { requires }: Flag,
  snapshot: Snapshot,
  context: Context,
  trace: Trace | undefined,
): Served | undefined {
  for (let index = 0; index < requires.length; index += 1) {
    const requirement = requires[index] as Requirement;
    if (!isMet(requirement, snapshot, context, trace)) return requirement.unmet;
  }
  return undefined;
}

function isMet(
  requirement: Requirement,
  snapshot: Snapshot,
  context: Context,
  trace: Trace | undefined,
): boolean {
  const nested: Trace | undefined = trace && [];
  const result = evaluate(snapshot, requirement.flag, context, nested);
  const variant = result.reason === 'ERROR' ? null : result.variant;
  const met = variant !== null && requirement.variants.includes(variant);
  if (trace !== undefined && nested !== undefined) {
    const { flag: requires, variants } = requirement;
    trace.push({ step: 3, requires, variants, variant, met, trace: nested });
  }
  return met;
}

function targeted(
  targets: ReadonlyMap<string, Served>,
  context: Context,
  trace: Trace | undefined,
): Served | undefined {
  const { targetingKey } = context;
  const served = targetingKey === undefined ? undefined : targets.get(targetingKey);
  if (trace !== undefined) traceTargets(trace, targetingKey, served);
  return served;
}

function traceTargets(trace: Trace, key: string | undefined, served: Served | undefined): void {
  trace.push({ step: 4, targetingKey: key ?? null, variant: served?.variant ?? null });
}

function ruled(
  { rules }: Flag,
  snapshot: Snapshot,
  context: Context,
  trace: Trace | undefined,
): Served | undefined {
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index] as Rule;
    const entry = trace && traceRule(trace, rule);
    const served = ruleServes(rule, snapshot, context, entry);
    if (served !== undefined) return served;
  }
  return undefined;
}

function traceRule(trace: Trace, { id }: Rule): RuleTrace {
  const entry: RuleTrace = { step: 5, rule: id, conditions: [], applies: false };
  trace.push(entry);
  return entry;
}

function ruleServes(
  { conditions, rollout, serve }: Rule,
  snapshot: Snapshot,
  context: Context,
  entry: RuleTrace | undefined,
): Served | undefined {
  if (!allHold(conditions, snapshot, context, entry?.conditions)) return undefined;
  if (rollout !== undefined && !insideRollout(rollout, context, entry)) return undefined;
  const served = servedBy(serve, context, entry);
  if (entry !== undefined) entry.applies = served !== undefined;
  return served;
}

function fallenBack({ fallback }: Flag, context: Context, trace: Trace | undefined): Result {
  const { serve, keyMissing } = fallback;
  const serving: ServingTrace | undefined = trace && {};
  const result = servedBy(serve, context, serving) ?? keyMissing;
  if (trace !== undefined) traceFallback(trace, result, serving);
  return result;
}

function traceFallback(trace: Trace, { reason }: Result, serving: ServingTrace | undefined): void {
  trace.push({ step: 6, outcome: 'default', reason, ...serving });
}
