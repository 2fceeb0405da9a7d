export { mixHashes, rolloutSalt, splitSalt } from './buckets.ts';
export { createContext, parseContext, spelled, type Context } from './context.ts';
export {
  FIRST_ENVIRONMENT,
  FLAG_FIELDS,
  readDefinition,
  stateIn,
  STATE_FIELDS,
  type FlagDefinition,
  type FlagState,
} from './definition.ts';
export { evaluate, explain, type Explanation } from './evaluate.ts';
export { isKey, pointerStep, type Issue, type IssueCode } from './issue.ts';
export {
  emptyObject,
  isJsonObject,
  isShallow,
  MAX_DEPTH,
  ownValue,
  type Json,
  type JsonObject,
} from './json.ts';
export { murmur3 } from './murmur3.ts';
export { OPERATOR_NAMES } from './parse-conditions.ts';
export { FLAG_TYPES, HASHES } from './parse-variants.ts';
export { inProject, within } from './project-issues.ts';
export { parseSnapshot, SCHEMA, type Parsed, type Source } from './parse.ts';
export { compilePattern, type PatternTest } from './pattern.ts';
export {
  EMPTY_PROJECT,
  explicitFlag,
  parseProject,
  snapshotDocument,
  type ParsedProject,
  type Project,
} from './project.ts';
export type { ErrorCode, Failed, Metadata, Reason, Result, Served } from './result.ts';
export { freeRuleIds } from './shorthand.ts';
export type { Flag, FlagType, Snapshot, Variant } from './snapshot.ts';
export type { ConditionTrace, RolloutTrace, SplitTrace, Trace, TraceEntry } from './trace.ts';
