import { AUDIT_ROUTES } from './audit.ts';
import { ENVIRONMENT_ROUTES } from './environments.ts';
import { EVALUATE_ROUTES } from './evaluate.ts';
import { EVENT_ROUTES } from './events.ts';
import { FLAG_ROUTES } from './flags.ts';
import { MANIFEST_ROUTES } from './manifest.ts';
import { OFREP_ROUTES } from './ofrep.ts';
import { openApiRoute } from './openapi.ts';
import { OPERATING_ROUTES } from './operating.ts';
import type { Route } from './route.ts';
import { SEGMENT_ROUTES } from './segments.ts';
import { SYNC_ROUTES } from './sync.ts';
import { TRANSFER_ROUTES } from './transfer.ts';

const CALLS: readonly Route[] = [
  ...EVALUATE_ROUTES,
  ...OFREP_ROUTES,
  ...FLAG_ROUTES,
  ...SEGMENT_ROUTES,
  ...ENVIRONMENT_ROUTES,
  ...TRANSFER_ROUTES,
  ...AUDIT_ROUTES,
  ...SYNC_ROUTES,
  ...EVENT_ROUTES,
  ...MANIFEST_ROUTES,
  ...OPERATING_ROUTES,
];

/** Every call of the API: app.ts answers them, openapi.ts documents them. */
export const ROUTES: readonly Route[] = [...CALLS, openApiRoute(CALLS)];
