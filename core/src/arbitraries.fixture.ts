import fc from 'fast-check';

import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { OPERATOR_NAMES } from './parse-conditions.ts';

// Few names and values, so that what is generated meets: conditions that hold, targets that match.

type Arbitrary = fc.Arbitrary<Json>;

const VARIANTS = ['on', 'off', 'constructor'];
const SEGMENTS = ['beta', 'staff', 'toString'];
const ATTRIBUTES = ['targetingKey', 'user_id', 'country', 'age', 'a.b', 'constructor', 'ip'];
const KEYS = ['', 'u1', 'u2', 'u3', '7', 'ü', '\uFFFD', '\uD800'];

/** The keys of the flags that a generated snapshot may have. */
export const FLAG_KEYS: readonly string[] = ['f0', 'f1', 'f2', 'f3', 'constructor'];

const key: fc.Arbitrary<string> = fc.constantFrom(...KEYS);
const keys = fc.array(key, { maxLength: 3 });
const scalar: Arbitrary = fc.oneof(
  fc.constantFrom<Json>(...KEYS, 'US', 'us', '1.2.3', '2.0.0-rc.1', '10.1.2.3', '::ffff:10.1.2.3'),
  fc.constantFrom<Json>('2026-01-31T09:00:00Z', '7.0', 'true', true, false, 7, -0, 1e21, 0.5),
  fc.integer(),
);

/** Any JSON, as its parser makes it: `__proto__` is a key like any other. */
export const json: Arbitrary = fc.json({ maxDepth: 6 }).map((text) => JSON.parse(text) as Json);

/** Attributes of somebody, mostly of the names that flags look at. */
export const attributes: fc.Arbitrary<JsonObject> = object({
  targetingKey: fc.oneof({ arbitrary: key, weight: 4 }, json),
  user_id: key,
  country: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
  age: scalar,
  'a.b': json,
  a: fc.oneof(object({ b: scalar }), json),
  constructor: scalar,
  ip: fc.oneof(scalar, json),
}).map((members) => JSON.parse(JSON.stringify(members)) as JsonObject);

/** An object that has each of the members, or not; those that are `required` always. */
function object(
  members: Readonly<Record<string, Arbitrary>>,
  ...required: readonly string[]
): fc.Arbitrary<JsonObject> {
  return fc.record({ ...members }, { requiredKeys: [...required], noNullPrototype: true });
}

const OPERANDS: readonly [RegExp, Arbitrary][] = [
  [/^(lt|lte|gt|gte)$/, fc.constantFrom<Json>(0, 7, -1.5, '7', '1e3')],
  [/^(before|after)$/, fc.constantFrom('2026-01-31T09:00:00Z', '2026-01-31T10:30:00.5+02:00')],
  [/^semver_/, fc.constantFrom('1.2.3', '2.0.0', '2.0.0-rc.1')],
  [/in_cidr$/, fc.constantFrom('10.0.0.0/8', '::/0', '10.1.2.3', '::ffff:10.0.0.0/104')],
  [/matches$/, fc.constantFrom('^u', 'S$', '(?i)us', '\\d')],
  [/(contains|starts_with|ends_with)$/, fc.constantFrom('', 'u', 'S', '\uFFFD', '1')],
  [/in$/, scalar],
];

function conditionOf(op: string): fc.Arbitrary<JsonObject> {
  const is = fc.constant(op);
  if (op.endsWith('in_segment')) {
    return fc.record({ op: is, segment: fc.constantFrom(...SEGMENTS) });
  }
  const attribute = fc.constantFrom(...ATTRIBUTES);
  if (op.endsWith('exists')) return fc.record({ op: is, attribute });
  const operand = OPERANDS.find(([ops]) => ops.test(op))?.[1] ?? scalar;
  const maxLength = /^(lt|gt|before|after|semver)/.test(op) ? 1 : 3;
  const values = fc.array(operand, { minLength: 1, maxLength });
  const folds = /(^|_)in$|contains$|with$/.test(op) ? { ignoreCase: fc.boolean() } : {};
  return object({ op: is, attribute, values, ...folds }, 'op', 'attribute', 'values');
}

function conditions(named: (op: string) => boolean): fc.Arbitrary<JsonObject[]> {
  const condition = fc.constantFrom(...OPERATOR_NAMES.filter(named)).chain(conditionOf);
  return fc.array(condition, { maxLength: 2 });
}

const by = fc.constantFrom('targetingKey', 'user_id', 'country', 'a.b');
const variant = fc.constantFrom(...VARIANTS);
const weight = fc.integer({ min: 0, max: 1000 });
const percent = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000);
const part = fc.record({ variant, weight });
const split = fc
  .uniqueArray(part, { minLength: 1, selector: (each) => each.variant })
  .filter((parts) => parts.some((each) => each.weight > 0));
const serve = fc.oneof(fc.record({ variant }), object({ split, by }, 'split'));

const rules = fc
  .array(
    object(
      {
        when: conditions(() => true),
        rollout: object({ percent: fc.oneof(percent, fc.constantFrom(0, 100)), by }, 'percent'),
        serve,
        description: fc.string(),
      },
      'serve',
    ),
    { maxLength: 4 },
  )
  .map((list) => list.map((rule, index) => ({ id: `r${String(index)}`, ...rule })));

const VALUES: readonly [type: string, Arbitrary][] = [
  ['boolean', fc.boolean()],
  ['string', fc.string()],
  ['number', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ['object', object({ a: json })],
];

/** A flag that may require one of those `before` it, so that there are no circles. */
function flag(before: readonly string[]): fc.Arbitrary<JsonObject> {
  const variants = fc.uniqueArray(variant, { minLength: 1 });
  const requirement = fc.nat().map((index) => before[index % before.length] ?? '');
  const requires = fc.array(fc.record({ flag: requirement, variants }), {
    maxLength: Math.min(1, before.length),
  });
  return fc.constantFrom(...VALUES).chain(([type, value]) =>
    object(
      {
        type: fc.constant(type),
        enabled: fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, fc.constant(false)),
        hash: fc.constant('ff1'),
        salt: fc.constantFrom('', 's1', 's2', '\uD800'),
        variants: fc.tuple(
          ...VARIANTS.map((name) => fc.record({ name: fc.constant(name), value })),
        ),
        off: variant,
        requires,
        targets: fc.array(fc.record({ variant, keys }), { maxLength: 2 }),
        rules,
        default: serve,
        metadata: object({ owner: scalar, failedRequirement: scalar }),
      },
      'type',
      'enabled',
      'hash',
      'salt',
      'variants',
      'off',
      'default',
    ),
  );
}

const segment = object({
  include: keys,
  exclude: keys,
  any: fc.array(
    conditions((op) => !op.endsWith('in_segment')),
    { maxLength: 2 },
  ),
});

/** A snapshot document that there is nothing wrong with. */
export const snapshotDocuments: fc.Arbitrary<JsonObject> = fc.record({
  schema: fc.constant(1),
  environment: fc.constant('test'),
  version: fc.nat(),
  flags: object(
    Object.fromEntries(FLAG_KEYS.map((each, index) => [each, flag(FLAG_KEYS.slice(0, index))])),
    ...FLAG_KEYS,
  ),
  segments: object(Object.fromEntries(SEGMENTS.map((each) => [each, segment])), ...SEGMENTS),
});

/** Where and how to damage a document: a walk down from its root, and what is put there. */
export interface Damage {
  readonly steps: readonly number[];
  readonly put: Json | undefined;
  readonly name: string;
}

const NAMES = ['split', 'by', 'op', 'ignoreCase', 'values', 'requires', '__proto__', 'new/~', 'id'];
const WRONG = ['', '!', 'f0', 'f9', 'on', 'in', 'exists', 'in_segment', 'x_op', 'beta', 'number'];

export const damages: fc.Arbitrary<Damage> = fc.record({
  steps: fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }),
  put: fc.oneof(
    fc.constantFrom<Json | undefined>(undefined, null, [], {}, 0, -1, 1.5, 1e9, true, ...WRONG),
    json,
  ),
  name: fc.constantFrom(...NAMES),
});

/** The document with one member changed, left out or added. */
export function damaged(value: Json, { steps: [step = 0, ...steps], put, name }: Damage): Json {
  if (typeof value !== 'object' || value === null) return put ?? null;
  const members = Object.entries<Json>(value);
  const [at, old] = members[step % (members.length + 1)] ?? [name, null];
  const made = steps.length > 0 ? damaged(old, { steps, put, name }) : put;
  const rest = members.filter(([each]) => each !== at);
  if (!isJsonObject(value))
    return members.map(([each, kept]) => (each === at ? (made ?? null) : kept));
  return Object.fromEntries(made === undefined ? rest : [...rest, [at, made]]);
}
