import type { Issue } from '@featureflags/core';

import { Problem } from './errors.ts';

/** A problem for a body that cannot be used so. */
export function invalidBody(issues: readonly Issue[]): Problem {
  const [first] = issues;
  const rest = issues.length > 1 ? ` (and ${String(issues.length - 1)} more)` : '';
  const detail = `${first?.path ?? ''}: ${first?.message ?? ''}${rest}. Nothing was changed.`;
  return new Problem('INVALID_BODY', detail, { issues });
}
