// OpenFeature's provider for browsers: https://openfeature.dev/specification/glossary#static-context

import {
  OpenFeatureEventEmitter,
  ProviderEvents,
  type ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ProviderMetadata,
  type ResolutionDetails,
} from '@openfeature/web-sdk';

import { failed, type Wanted } from './details.ts';
import { resolutionOf } from './resolution.ts';
import { VERSION } from './version.ts';
import { WebClient, type WebOptions } from './web.ts';

/** How long a provider waits for first answers, in milliseconds. */
const READY_WITHIN = 10_000;

/** How a provider is set up: a web client's options, and its own. The context is OpenFeature's. */
export interface WebProviderOptions extends Omit<WebOptions, 'context'> {
  /** Base address of the server. */
  readonly url: string | URL;
  /** How long first answers are waited for, in milliseconds; usually 10,000. */
  readonly readyWithin?: number;
}

/** Gives OpenFeature what the server evaluated for its context. */
export class FeatureFlagsWebProvider implements Provider {
  readonly metadata: ProviderMetadata & { readonly version: string } = {
    name: 'FeatureFlags web',
    version: VERSION,
  };
  readonly runsOn = 'client' as const;
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter();
  readonly #options: WebProviderOptions;
  #client: WebClient | undefined;

  constructor(options: WebProviderOptions) {
    this.#options = options;
  }

  /** @throws if there are no answers in time, which OpenFeature tells as its event ERROR */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    const { url, readyWithin = READY_WITHIN, ...options } = this.#options;
    const client = new WebClient(url, { ...options, context });
    this.#client = client;
    const isReady = await client.waitUntilReady(readyWithin);
    let isKnown = isReady;
    client.onChange(({ flags }) => {
      if (!isKnown) this.events.emit(ProviderEvents.Ready);
      isKnown = true;
      this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flags] });
    });
    if (isReady) return;
    const { error = 'the server has not answered yet' } = client.status();
    throw new Error(`no answers within ${String(readyWithin)} ms: ${error}`);
  }

  /** @throws if the answers for the new context cannot be had now */
  async onContextChange(_: EvaluationContext, context: EvaluationContext): Promise<void> {
    if ((await this.#client?.setContext(context)) === true) return;
    throw new Error(this.#client?.status().error ?? 'the provider is not initialized');
  }

  async onClose(): Promise<void> {
    this.#client?.close();
  }

  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean> {
    return this.#resolve(key, fallback, 'boolean');
  }

  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string> {
    return this.#resolve(key, fallback, 'string');
  }

  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number> {
    return this.#resolve(key, fallback, 'number');
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T> {
    return this.#resolve(key, fallback, 'object');
  }

  #resolve<T>(key: string, fallback: T, wanted: Wanted): ResolutionDetails<T> {
    const early = {
      ...failed(key, 'PROVIDER_NOT_READY', 'not initialized'),
      value: fallback,
      stale: false,
    };
    const details = this.#client?.details<unknown>(key, fallback, wanted) ?? early;
    return resolutionOf<T, ErrorCode>(details);
  }
}
