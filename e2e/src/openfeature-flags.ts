import type { JsonValue } from '@openfeature/core';

const ON_OFF = { on: true, off: false };
const NOTES = { ticket: 'WEB-12', weight: 2, isRisky: true };

function onIn(attribute: string, ...values: string[]): unknown {
  return { when: [{ attribute, op: 'in', values }], serve: 'on' };
}

const FLAGS: Readonly<Record<string, object>> = {
  banner: { variants: { on: true, off: false }, owner: 'web', metadata: NOTES },
  colour: { variants: { blue: 'blue', none: '' }, off: 'none', default: 'blue' },
  limit: { variants: { high: 2.5, zero: 0 }, off: 'zero', default: 'high' },
  theme: {
    variants: { dark: { ink: '#fff', parts: [1, { deep: null }] }, off: {} },
    default: 'dark',
  },
  americans: { variants: ON_OFF, rules: [onIn('country', 'US', 'CA')] },
  chosen: { variants: ON_OFF, targets: { on: ['u1', 'ü-😀'] } },
  shared: {
    variants: { a: 'A', b: 'B', off: '' },
    default: {
      split: [
        { variant: 'a', weight: 0 },
        { variant: 'b', weight: 1 },
      ],
    },
  },
  everyone: { variants: ON_OFF, rules: [{ rollout: 100, serve: 'on' }] },
  resting: { variants: ON_OFF, enabled: false, default: 'on' },
  dependent: { variants: ON_OFF, requires: [{ flag: 'resting', variants: ['on'] }] },
  constructor: { variants: ON_OFF, metadata: { owner: 'nobody' } },
  'a.B-c_9': { variants: ON_OFF },
  poetic: { variants: ON_OFF, rules: [onIn('straße', '日本 😀')] },
};

/** A flag for each type and each reason, as people would write them; on but for one. */
export const PROJECT: { readonly schema: 1; readonly flags: Readonly<Record<string, object>> } = {
  schema: 1,
  flags: Object.fromEntries(
    Object.entries(FLAGS).map(([key, flag]) => [key, { enabled: true, ...flag }]),
  ),
};

/** What a client sees of an evaluation. */
export interface Seen {
  readonly value: JsonValue;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: string;
  readonly flagMetadata?: Readonly<Record<string, string | number | boolean>>;
}

export interface Expectation {
  readonly flag: string;
  readonly context: Readonly<Record<string, string>>;
  /** What the caller wants where there is no value; its type is the flag's. */
  readonly fallback: JsonValue;
  readonly seen: Seen;
}

const U1 = { targetingKey: 'u1' };
const U2 = { targetingKey: 'u2' };

/** Every type and every reason that the server gives. */
export const EXPECTATIONS: readonly Expectation[] = [
  asked('banner', U2, false, [true, 'on', 'STATIC'], { owner: 'web', ...NOTES }),
  asked('banner', {}, false, [true, 'on', 'STATIC'], { owner: 'web', ...NOTES }),
  asked('colour', U2, 'red', ['blue', 'blue', 'STATIC']),
  asked('limit', U2, 1, [2.5, 'high', 'STATIC']),
  asked('theme', U2, {}, [{ ink: '#fff', parts: [1, { deep: null }] }, 'dark', 'STATIC']),
  asked('americans', { ...U2, country: 'US' }, false, [true, 'on', 'TARGETING_MATCH']),
  asked('americans', { ...U2, country: 'DE' }, true, [false, 'off', 'DEFAULT']),
  asked('americans', {}, true, [false, 'off', 'DEFAULT']),
  asked('chosen', U1, false, [true, 'on', 'TARGETING_MATCH']),
  asked('chosen', { targetingKey: 'ü-😀' }, false, [true, 'on', 'TARGETING_MATCH']),
  asked('chosen', U2, true, [false, 'off', 'DEFAULT']),
  asked('shared', U2, '', ['B', 'b', 'SPLIT']),
  asked('everyone', U2, false, [true, 'on', 'SPLIT']),
  asked('resting', U2, true, [false, 'off', 'DISABLED']),
  asked('dependent', U2, true, [false, 'off', 'DISABLED'], { failedRequirement: 'resting' }),
  asked('constructor', U2, false, [true, 'on', 'STATIC'], { owner: 'nobody' }),
  asked('a.B-c_9', U2, false, [true, 'on', 'STATIC']),
  asked('poetic', { ...U2, straße: '日本 😀' }, false, [true, 'on', 'TARGETING_MATCH']),
];

function asked(
  ...[flag, context, fallback, [value, variant, reason], flagMetadata = {}]: [
    string,
    Readonly<Record<string, string>>,
    JsonValue,
    [JsonValue, string, string],
    Seen['flagMetadata']?,
  ]
): Expectation {
  return { flag, context, fallback, seen: { value, variant, reason, flagMetadata } };
}

/** The name of the SDKs' method for a type. */
export function methodFor(
  value: JsonValue,
): 'getBooleanDetails' | 'getStringDetails' | 'getNumberDetails' | 'getObjectDetails' {
  if (typeof value === 'boolean') return 'getBooleanDetails';
  if (typeof value === 'string') return 'getStringDetails';
  return typeof value === 'number' ? 'getNumberDetails' : 'getObjectDetails';
}

/** The details without the error's message, which must be there on errors. */
export function seenOf(details: object): Seen & { readonly flagKey: string } {
  const { errorMessage, ...seen } = details as Seen & { flagKey: string; errorMessage?: string };
  if ((seen.errorCode !== undefined) !== (errorMessage !== undefined && errorMessage !== '')) {
    throw new Error(`a code and its message belong together: ${JSON.stringify(details)}`);
  }
  return JSON.parse(JSON.stringify(seen)) as typeof seen;
}
