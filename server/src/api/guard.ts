import type { JsonObject } from '@featureflags/core';

import type { Guard } from '../change.ts';
import { Problem } from '../errors.ts';
import { tagsOf } from './etag.ts';

/** A body of fields to set, apart from the version that guards it. */
export interface GuardedFields {
  readonly fields: JsonObject;
  readonly guard?: Guard;
}

/**
 * Reads on which version a change is based: `If-Match`, `If-None-Match: *`, or `version` in the
 * body.
 */
export function guarded(headers: Headers, body: JsonObject): GuardedFields {
  const { version, ...fields } = body;
  const guard = both(guardOf(headers), bodyGuard(version));
  return { fields, ...(guard && { guard }) };
}

/** Whoever gives two guards means both. */
function both(header: Guard | undefined, body: Guard | undefined): Guard | undefined {
  if (header === undefined || body === undefined) return header ?? body;
  if (header.kind === 'present' || body.kind !== 'version') return body;
  if (header.kind === 'version') {
    return {
      kind: 'version',
      versions: header.versions.filter((each) => body.versions.includes(each)),
    };
  }
  const message = 'a version is of something that is there, If-None-Match: * of what is not';
  const issues = [{ path: '/version', code: 'value' as const, message }];
  throw new Problem('INVALID_BODY', `/version: ${message}.`, { issues });
}

/** The guard that headers ask for: RFC 9110, 13.1. @throws INVALID_HEADER */
export function guardOf(headers: Headers): Guard | undefined {
  if (headers.get('if-none-match')?.trim() === '*') return { kind: 'absent' };
  const match = headers.get('if-match');
  if (match === null) return undefined;
  if (match.trim() === '*') return { kind: 'present' };
  const tags = tagsOf(match).map((tag) => tag.slice(1, -1));
  if (tags.length > 0 && tags.every((tag) => /^\d{1,15}$/.test(tag))) {
    return { kind: 'version', versions: tags.map(Number) };
  }
  const detail = `If-Match takes the version as an entity tag, such as "7"; got ${match}.`;
  throw new Problem('INVALID_HEADER', detail);
}

function bodyGuard(version: JsonObject[string] | undefined): Guard | undefined {
  if (version === undefined) return undefined;
  if (Number.isSafeInteger(version)) return { kind: 'version', versions: [Number(version)] };
  const message = 'version must be a whole number: the one that you read';
  const issues = [{ path: '/version', code: 'type' as const, message }];
  throw new Problem('INVALID_BODY', `/version: ${message}.`, { issues });
}
