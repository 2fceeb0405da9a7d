import { FeatureClient } from './index.ts';
import type { Options } from './options.ts';
import {
  fakePlatform,
  keeping,
  using,
  type FakePlatform,
  type Handler,
} from './platform.fixture.ts';

/** A client with all that it stands on. */
export interface Started {
  readonly client: FeatureClient;
  readonly platform: FakePlatform;
  readonly network: { handler: Handler };
  readonly lines: readonly string[];
}

/** Starts a client whose server is the handler, on a platform without clock and network. */
export function start(handler: Handler, options: Options = {}): Started {
  const network = { handler };
  const platform = fakePlatform(network);
  const { lines, ...logger } = keeping();
  const client = new FeatureClient('http://flags.test', using(platform, { logger, ...options }));
  return { client, platform, network, lines };
}
