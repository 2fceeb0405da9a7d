import { isJsonObject, type JsonObject, type Project } from '@featureflags/core';

import { COUNT_IDS, type Count } from './stores/store.ts';

/** Entries of one batch; SDKs send half of it. */
export const MAX_EVENTS = 1000;
/** Characters of a name. */
export const MAX_NAME = 128;

/** What a client reports: one entry of a batch, of spec/client.md, section 8. */
export type ClientEvent = Exposure | Conversion;

interface Common {
  /** A UUID: each is counted once. */
  readonly id: string;
  readonly count: number;
  /** RFC 3339: the last one counted. */
  readonly time: string;
}

interface Exposure extends Common {
  readonly kind: 'exposure';
  readonly flag: string;
  readonly variant: string;
}

interface Conversion extends Common {
  readonly kind: 'conversion';
  readonly event: string;
  readonly sum?: number;
}

/**
 * True if it certainly is a batch that the schema of api/events.ts allows, as SDKs send them. False
 * says nothing: the validator decides, at a hundred times the cost.
 */
export function isSurelyBatch(body: unknown): boolean {
  if (!isJsonObject(body) || Object.keys(body).length !== 1) return false;
  const { events } = body;
  return Array.isArray(events) && events.length <= MAX_EVENTS && events.every(isSurelyEvent);
}

function isSurelyEvent(event: unknown): boolean {
  if (!isJsonObject(event)) return false;
  const { id, kind, flag, variant, count, time, event: name, sum } = event;
  const size = Object.keys(event).length;
  if (!isUuid(id) || !Number.isSafeInteger(count) || Number(count) < 1 || !isInstant(time)) {
    return false;
  }
  if (kind === 'exposure') return isName(flag) && isName(variant) && size === 6;
  if (kind !== 'conversion' || !isName(name)) return false;
  return sum === undefined ? size === 5 : Number.isFinite(sum) && size === 6;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}

/** Only the form that clients write: UTC, with milliseconds. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 24) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

/** True if it speaks of a flag and a variant that there are: the rest would only fill the store. */
export function isKnown({ flags }: Project, event: ClientEvent): boolean {
  if (event.kind === 'conversion') return true;
  // The project's objects have no prototype: any key may be looked up.
  const variants = flags[event.flag]?.variants as readonly JsonObject[] | undefined;
  return variants?.some(({ name }) => name === event.variant) === true;
}

/**
 * The event as stores count it.
 * @param now Unix time in milliseconds
 */
export function countOf(event: ClientEvent, now: number): Count {
  const { count, time } = event;
  // UUIDs are compared whatever their case: RFC 9562, section 4.
  const common = { id: event.id.toLowerCase(), count, last: instantOf(time, now) };
  return event.kind === 'exposure'
    ? { kind: 'exposure', ...common, flag: event.flag, variant: event.variant }
    : { kind: 'conversion', ...common, event: event.event, sum: event.sum ?? 0 };
}

/**
 * When it happened. Batches wait in a client's memory, for seconds: what is said to be later than
 * now or long ago comes from a clock that is wrong, and a flag that is used must not look unused.
 */
function instantOf(time: string, now: number): string {
  const told = Date.parse(time);
  // A leap second is RFC 3339, and no time to Date.
  const known = Number.isNaN(told) ? now : told;
  return new Date(Math.min(now, Math.max(now - COUNT_IDS.age, known))).toISOString();
}
