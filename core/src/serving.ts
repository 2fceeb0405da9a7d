import { BUCKETS, mixHashes, place } from './buckets.ts';
import { bucketingHash, bucketingValue, type Context } from './context.ts';
import type { Served } from './result.ts';
import type { Rollout, Serve, Split } from './snapshot.ts';
import type { RolloutTrace, SplitTrace } from './trace.ts';

/** Where the trace of a rollout or a split is put. */
export interface ServingTrace {
  rollout?: RolloutTrace;
  split?: SplitTrace;
}

/** True if the context is inside the rollout; false too if it lacks the rollout's attribute. */
export function insideRollout(rollout: Rollout, context: Context, trace?: ServingTrace): boolean {
  const bucket = positionOf(rollout, BUCKETS, context);
  const inside = bucket !== undefined && bucket < rollout.threshold;
  if (trace !== undefined) trace.rollout = rolloutTrace(rollout, context, bucket, inside);
  return inside;
}

/** The answer for the context; undefined if a split decides and the context lacks its attribute. */
export function servedBy(
  { split, served }: Serve,
  context: Context,
  trace?: ServingTrace,
): Served | undefined {
  return split === undefined ? served : splitServes(split, context, trace);
}

function splitServes(
  split: Split,
  context: Context,
  trace: ServingTrace | undefined,
): Served | undefined {
  const point = positionOf(split, split.weight, context);
  const served = point === undefined ? undefined : servedAt(split, point);
  if (trace !== undefined) trace.split = splitTrace(split, context, point, served);
  return served;
}

/** Where the context falls on a line of `size` points; undefined if it lacks the attribute. */
function positionOf(salted: Rollout | Split, size: number, context: Context): number | undefined {
  const hash = bucketingHash(salted.by, context);
  return hash === undefined ? undefined : place(mixHashes(hash, salted.saltHash), size);
}

/** The first variant whose weights, summed up to it, exceed the point; the last one's exceed all. */
function servedAt({ ends, served }: Split, point: number): Served | undefined {
  let index = 0;
  while (point >= (ends[index] as number)) index += 1;
  return served[index];
}

// Traces are made apart, so that the functions above stay small enough to be compiled as one.

function rolloutTrace(
  { by, percent }: Rollout,
  context: Context,
  bucket: number | undefined,
  inside: boolean,
): RolloutTrace {
  const value = bucketingValue(by, context) ?? null;
  return { by: by.name, value, percent, bucket: bucket ?? null, inside };
}

function splitTrace(
  { by, weight }: Split,
  context: Context,
  point: number | undefined,
  served: Served | undefined,
): SplitTrace {
  const value = bucketingValue(by, context) ?? null;
  const variant = served?.variant ?? null;
  return { by: by.name, value, point: point ?? null, weight, variant };
}
