import { FeatureClient, insideOf } from './client.ts';
import type { Values } from './overrides.ts';

export type { Values } from './overrides.ts';

/** Overrides that are in force until they are lifted; at the end of a block with `using`. */
export interface Lifting {
  /** Lifts them. */
  readonly lift: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** Gives flags these values until they are lifted, in any environment. May be nested. */
export function withFlags(client: FeatureClient, values: Values): Lifting {
  const lift = insideOf(client).override(values);
  return { lift, [Symbol.dispose]: lift };
}

const EMPTY = { schema: 1, version: 0, flags: {} } as const;
const QUIET = { warn: (): void => undefined, error: (): void => undefined };

/** A client without server, network and disk that knows these flags only. */
export function testClient(values: Values): FeatureClient {
  // In production FF_OVERRIDES is not obeyed: a test knows what it set itself, and no more.
  const offline = { ...EMPTY, environment: 'production' };
  const client = new FeatureClient({ offline, logger: QUIET });
  insideOf(client).override(values);
  return client;
}
