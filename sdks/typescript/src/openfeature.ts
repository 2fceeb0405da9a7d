// OpenFeature's provider for servers: https://openfeature.dev/specification/sections/providers

import {
  type ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ProviderMetadata,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';

import { FeatureClient, insideOf } from './client.ts';
import type { Wanted } from './details.ts';
import type { Options } from './options.ts';
import { resolutionOf } from './resolution.ts';
import { VERSION } from './version.ts';

/** How long {@link FeatureFlagsProvider} waits for a first snapshot, in milliseconds. */
const READY_WITHIN = 10_000;

/** How a provider is set up: a client's options, and its own. */
export interface ProviderOptions extends Options {
  /** How long a first snapshot is waited for, in milliseconds; usually 10,000. */
  readonly readyWithin?: number;
}

/** Gives OpenFeature what a {@link FeatureClient} evaluates. */
export class FeatureFlagsProvider implements Provider {
  readonly metadata: ProviderMetadata & { readonly version: string } = {
    name: 'FeatureFlags',
    version: VERSION,
  };
  readonly runsOn = 'server' as const;
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter();
  /** The client that evaluates. */
  readonly client: FeatureClient;
  readonly #isOwn: boolean;
  readonly #readyWithin: number;
  readonly #stops: (() => void)[] = [];

  /** @param from a client, which stays its owner's; or how one is to be made */
  constructor(
    from: FeatureClient | ProviderOptions,
    options: { readonly readyWithin?: number } = {},
  ) {
    const { readyWithin, ...own } = from instanceof FeatureClient ? options : from;
    this.#isOwn = !(from instanceof FeatureClient);
    this.client = from instanceof FeatureClient ? from : new FeatureClient(own);
    this.#readyWithin = readyWithin ?? READY_WITHIN;
  }

  /** @throws if there is no snapshot in time, which OpenFeature tells as its event ERROR */
  async initialize(): Promise<void> {
    const isReady = await this.client.waitUntilReady(this.#readyWithin);
    // Whenever the first one comes: from then on the provider is ready.
    if (!isReady) this.#stops.push(this.#onFirst());
    this.#follow();
    if (isReady) return;
    const { error = 'the server has not answered yet' } = this.client.status();
    throw new Error(`no snapshot within ${String(this.#readyWithin)} ms: ${error}`);
  }

  async onClose(): Promise<void> {
    for (const stop of this.#stops) stop();
    if (this.#isOwn) await this.client.close();
  }

  async resolveBooleanEvaluation(
    key: string,
    fallback: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, fallback, context, 'boolean');
  }

  async resolveStringEvaluation(
    key: string,
    fallback: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, fallback, context, 'string');
  }

  async resolveNumberEvaluation(
    key: string,
    fallback: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(key, fallback, context, 'number');
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return this.#resolve(key, fallback, context, 'object');
  }

  /** Counts a conversion; its `value` is added up. */
  track(event: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.client.track(event, context, details.value);
  }

  #resolve<T>(
    key: string,
    fallback: T,
    context: EvaluationContext,
    wanted: Wanted,
  ): ResolutionDetails<T> {
    return resolutionOf<T, ErrorCode>(this.client.details<unknown>(key, fallback, context, wanted));
  }

  #follow(): void {
    const { events, client } = this;
    this.#stops.push(
      client.onChange(({ flags }) => {
        events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flags] });
      }),
      insideOf(client).watch((isStale) => {
        const message = 'the snapshot is older than maxAge';
        if (isStale) events.emit(ProviderEvents.Stale, { message });
        else events.emit(ProviderEvents.Ready);
      }),
    );
  }

  #onFirst(): () => void {
    const stop = this.client.onChange(() => {
      stop();
      this.events.emit(ProviderEvents.Ready);
    });
    return stop;
  }
}
