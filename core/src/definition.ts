import {
  below,
  checkFilled,
  readBoolean,
  readFields,
  readList,
  readObject,
  readOptional,
  readString,
  readUniqueKey,
  report,
  type Place,
} from './issue.ts';
import { emptyObject, ownValue, type Json, type JsonObject } from './json.ts';
import { expandRules, expandServe, expandTargets, expandVariants, inferType } from './shorthand.ts';

/** The environment that exists from the start, and whose state may stand in the flag itself. */
export const FIRST_ENVIRONMENT = 'production';

/** What a flag is in one environment. `off` and `default` left out have their usual meaning. */
export interface FlagState {
  readonly enabled: boolean;
  readonly off?: Json;
  readonly targets: Json;
  readonly rules: Json;
  readonly default?: Json;
}

/** A flag as it is kept: shorthand is expanded, nothing else is judged yet. */
export interface FlagDefinition {
  readonly description: string;
  readonly type: Json;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly metadata: Json;
  readonly hash: Json;
  readonly salt: Json;
  readonly variants: Json;
  readonly requires: Json;
  readonly archived: boolean;
  readonly environments: Readonly<Record<string, FlagState>>;
}

/** The fields of a flag that differ from one environment to the next. */
export const STATE_FIELDS: readonly string[] = ['enabled', 'off', 'targets', 'rules', 'default'];

const COMMON_FIELDS = [
  'description',
  'type',
  'tags',
  'owner',
  'metadata',
  'hash',
  'salt',
  'variants',
  'requires',
  'archived',
];

/** The fields that a flag may have beside its state. */
export const FLAG_FIELDS: readonly string[] = COMMON_FIELDS;

/**
 * Reads a flag as people write it: flags.yml, an import, a request.
 * State fields right in the flag are those of {@link FIRST_ENVIRONMENT}.
 * @param known the environments that there are
 */
export function readDefinition(
  place: Place,
  key: string,
  value: Json,
  known: readonly string[],
): FlagDefinition | undefined {
  const object = readFields(place, value, [...COMMON_FIELDS, ...STATE_FIELDS, 'environments']);
  if (object === undefined) return undefined;
  const variants = expandVariants(ownValue(object, 'variants'));
  return {
    description: readOptional(place, object, 'description', readString) ?? '',
    type: given(object, 'type', inferType(variants)),
    tags: readOptional(place, object, 'tags', readTags) ?? [],
    owner: readOptional(place, object, 'owner', readString) ?? '',
    metadata: given(object, 'metadata', emptyObject()),
    // Not a default that may ever change: what stands in no file means ff1 for good.
    hash: given(object, 'hash', 'ff1'),
    salt: given(object, 'salt', key),
    variants,
    requires: given(object, 'requires', []),
    archived: readOptional(place, object, 'archived', readBoolean) ?? false,
    environments: readStates(place, object, known),
  };
}

/** A field for the parser to judge. Null is not left out: it is what the parser will refuse. */
function given(object: JsonObject, name: string, usual: Json): Json {
  const value = ownValue(object, name);
  return value === undefined ? usual : value;
}

function readTags(place: Place, value: Json): string[] | undefined {
  return readList(place, value, readString);
}

function readStates(
  place: Place,
  flag: JsonObject,
  known: readonly string[],
): Record<string, FlagState> {
  const states = emptyObject<FlagState>();
  const own = STATE_FIELDS.filter((field) => ownValue(flag, field) !== undefined);
  if (own.length > 0 && known.includes(FIRST_ENVIRONMENT)) {
    states[FIRST_ENVIRONMENT] = readState(place, flag, own);
  } else {
    for (const field of own) reportHomeless(below(place, field));
  }
  const environments = readOptional(place, flag, 'environments', readObject) ?? {};
  for (const [name, value] of Object.entries(environments)) {
    const at = below(below(place, 'environments'), name);
    const object = readFields(at, value, STATE_FIELDS);
    if (!known.includes(name)) report(at, 'reference', `there is no environment ${name}`);
    else if (name in states) reportTwice(at, own);
    else if (object !== undefined) states[name] = readState(at, object, STATE_FIELDS);
  }
  return states;
}

function reportHomeless(place: Place): void {
  const message = `would be of ${FIRST_ENVIRONMENT}, which there is not; write it in environments`;
  report(place, 'reference', message);
}

function reportTwice(place: Place, own: readonly string[]): void {
  const message = `${own.join(', ')} in the flag itself already say what it is in ${FIRST_ENVIRONMENT}`;
  report(place, 'duplicate', message);
}

function readState(place: Place, object: JsonObject, fields: readonly string[]): FlagState {
  const field = (name: string): Json | undefined =>
    fields.includes(name) ? ownValue(object, name) : undefined;
  const list = (name: string): Json => (fields.includes(name) ? given(object, name, []) : []);
  const off = field('off');
  const fallback = field('default');
  return {
    enabled: readOptional(place, object, 'enabled', readBoolean) ?? false,
    ...(off === undefined ? {} : { off }),
    targets: expandTargets(list('targets')),
    rules: expandRules(list('rules')),
    ...(fallback === undefined ? {} : { default: expandServe(fallback) }),
  };
}

/** The state of a flag that nobody has touched in an environment yet: off. */
export const UNTOUCHED: FlagState = { enabled: false, targets: [], rules: [] };

/** What a flag is in an environment. */
export function stateIn(definition: FlagDefinition, environment: string): FlagState {
  const { environments } = definition;
  // An environment can be called `constructor`, and a definition can come out of JSON.parse.
  const state = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  return state ?? UNTOUCHED;
}

/** Reads the list of environments; left out, there is {@link FIRST_ENVIRONMENT} alone. */
export function readEnvironments(place: Place, value: Json): string[] | undefined {
  const seen = new Set<string>();
  const names = readList(place, value, (at, name) => readUniqueKey(at, name, seen));
  checkFilled(place, value, 'environment');
  return names;
}
