import {
  below,
  checkKey,
  pointerStep,
  readKey,
  readNumber,
  readObject,
  readOptional,
  readRequired,
  report,
  shown,
  type Issue,
  type Place,
} from './issue.ts';
import { type Json, type JsonObject } from './json.ts';
import type { Surroundings } from './parse-conditions.ts';
import { readFlag } from './parse-flag.ts';
import { readSegment } from './parse-segment.ts';
import { checkRequirements } from './requirements.ts';
import type { Failed } from './result.ts';
import type { Flag, Segment, Snapshot } from './snapshot.ts';

/** The schema of snapshots that this reader knows. */
export const SCHEMA = 1;

/** What became of a document. */
export interface Parsed {
  /** Undefined if the document is refused as a whole. */
  readonly snapshot: Snapshot | undefined;
  /** All that is wrong. With a snapshot: why it answers PARSE_ERROR for some of its flags. */
  readonly issues: readonly Issue[];
}

/** A snapshot and the document that it was made of, so that the next one can take over flags. */
export interface Source {
  readonly snapshot: Snapshot;
  readonly document: JsonObject;
}

/**
 * Reads unknown JSON as a snapshot: section 5 of spec/evaluation.md. Never throws.
 * What this reader does not know inside a flag refuses that flag; all else refuses the document.
 * @param earlier flags whose JSON is the very same object as in `earlier` are not read again
 */
export function parseSnapshot(input: unknown, earlier?: Source): Parsed {
  const issues: Issue[] = [];
  const place: Place = { path: '', issues };
  const object = readObject(place, input);
  if (object === undefined) return { snapshot: undefined, issues };
  readRequired(place, object, 'schema', readSchema);
  // What another schema means by the rest is not for this reader to say.
  if (issues.some(({ code }) => code === 'unsupported')) return { snapshot: undefined, issues };
  const environment = readRequired(place, object, 'environment', readKey) ?? '';
  const version = readRequired(place, object, 'version', readVersionNumber) ?? 0;
  const segments = readOptional(place, object, 'segments', readMembers) ?? [];
  const flags = readRequired(place, object, 'flags', readMembers) ?? [];
  const draft = { environment, version, issues };
  const snapshot = assemble(draft, segments, flags, (usable) => reusable(earlier, usable));
  return { snapshot: issues.every(refusesOneFlag) ? snapshot : undefined, issues };
}

/** Issues inside a flag or a segment that refuse only what holds them. */
function refusesOneFlag({ code, path }: Issue): boolean {
  return (code === 'unknown' || code === 'unsupported') && /^\/(flags|segments)\//.test(path);
}

interface Draft {
  readonly environment: string;
  readonly version: number;
  readonly issues: Issue[];
}

type Member = readonly [key: string, value: Json];

function assemble(
  draft: Draft,
  segmentMembers: readonly Member[],
  flagMembers: readonly Member[],
  reusableIn: (usable: Usable) => (key: string, value: Json) => Flag | undefined,
): Snapshot {
  const { environment, version, issues } = draft;
  const segments = new Map<string, Segment>();
  const usable = new Map<string, boolean>();
  for (const [key, value] of segmentMembers) {
    const first = issues.length;
    const segment = readSegment({ path: `/segments${pointerStep(key)}`, issues }, value);
    usable.set(key, !issues.slice(first).some(refusesOneFlag));
    if (segment !== undefined) segments.set(key, segment);
  }
  const surroundings: Surroundings = { segments: usable };
  const reusableFlag = reusableIn(usable);
  const flags = new Map<string, Flag>();
  const refused = new Map<string, Failed>();
  for (const [key, value] of flagMembers) {
    const place: Place = { path: `/flags${pointerStep(key)}`, issues };
    const first = issues.length;
    const flag = reusableFlag(key, value) ?? readFlag(place, key, value, surroundings);
    if (flag !== undefined) flags.set(key, flag);
    const reason = issues.slice(first).find(refusesOneFlag);
    if (reason !== undefined) refused.set(key, refusal(key, reason));
  }
  checkRequirements({ path: '/flags', issues }, { members: new Map(flagMembers), refused });
  return { environment, version, flags, segments, refused };
}

function refusal(key: string, { path, message }: Issue): Failed {
  const errorMessage = `${path}: ${message}`;
  return { key, reason: 'ERROR', errorCode: 'PARSE_ERROR', errorMessage, metadata: {} };
}

/** Which segments there are, and whether this reader knows all of each. */
type Usable = ReadonlyMap<string, boolean>;

/** What a flag says depends on its JSON and on which segments there are, not on what is in them. */
function reusable(
  earlier: Source | undefined,
  usable: Usable,
): (key: string, value: Json) => Flag | undefined {
  if (earlier === undefined || !hasSameSegments(earlier.snapshot, usable)) return () => undefined;
  // A document that a snapshot was made of has flags.
  const before = earlier.document['flags'] as JsonObject;
  const { flags } = earlier.snapshot;
  return (key, value) => (before[key] === value ? flags.get(key) : undefined);
}

function hasSameSegments({ segments }: Snapshot, usable: Usable): boolean {
  if (segments.size !== usable.size) return false;
  for (const [key, isUsable] of usable) if (!isUsable || !segments.has(key)) return false;
  return true;
}

function readMembers(place: Place, value: Json): Member[] | undefined {
  const object = readObject(place, value);
  if (object === undefined) return undefined;
  const members = Object.entries(object);
  for (const [key] of members) checkKey(below(place, key), key);
  return members;
}

function readSchema(place: Place, value: Json): number | undefined {
  const schema = readNumber(place, value);
  if (schema === undefined || schema === SCHEMA) return schema;
  return report(
    place,
    'unsupported',
    `this reader knows schema ${String(SCHEMA)}, got ${shown(value)}`,
  );
}

function readVersionNumber(place: Place, value: Json): number | undefined {
  const version = readNumber(place, value);
  if (version === undefined || (Number.isSafeInteger(version) && version >= 0)) return version;
  return report(place, 'range', `expected a whole number from 0 up, got ${shown(value)}`);
}
