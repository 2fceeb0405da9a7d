import { FLAG_TYPES, HASHES, OPERATOR_NAMES } from '@featureflags/core';

import type { Schema } from './route.ts';
import { listOf, mapOf, object, ref, TEXT } from './schemas.ts';

// Flags, segments and projects are judged by core, which knows more than a schema can say: these
// schemas tell people and tools what it takes.

const texts = listOf(TEXT);
const whole: Schema = { type: 'integer', minimum: 0 };
const instant: Schema = { type: 'string', format: 'date-time' };
const key: Schema = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' };

const percent: Schema = { type: 'number', minimum: 0, maximum: 100 };

const split = object(
  { split: listOf(object({ variant: key, weight: whole }, ['variant', 'weight'])), by: TEXT },
  ['split'],
);
const serve: Schema = { oneOf: [object({ variant: key }, ['variant']), split] };

const condition = object(
  {
    attribute: TEXT,
    segment: key,
    op: { type: 'string', enum: [...OPERATOR_NAMES] },
    values: listOf({ type: ['string', 'number', 'boolean'] }),
    ignoreCase: { type: 'boolean' },
  },
  ['op'],
);

const rule = object(
  {
    id: key,
    description: TEXT,
    when: listOf(ref('Condition')),
    rollout: object({ percent, by: TEXT }, ['percent']),
    serve: ref('Serve'),
  },
  ['id', 'serve'],
);

/** The same rule with what people may leave out or write shorter. */
const writtenRule = object(
  {
    id: key,
    description: TEXT,
    when: { oneOf: [listOf(ref('Condition')), mapOf({})] },
    rollout: {
      oneOf: [object({ percent, by: TEXT }, ['percent']), percent, { type: 'string' }],
    },
    serve: { oneOf: [ref('Serve'), key] },
  },
  ['serve'],
);

const variants = listOf(object({ name: key, value: {} }, ['name', 'value']));
const targets = listOf(object({ variant: key, keys: texts }, ['variant', 'keys']));
const requires = listOf(object({ flag: key, variants: texts }, ['flag', 'variants']));
const metadata = mapOf({ type: ['string', 'number', 'boolean'] });

const common: Record<string, Schema> = {
  description: TEXT,
  type: { type: 'string', enum: [...FLAG_TYPES] },
  tags: texts,
  owner: TEXT,
  archived: { type: 'boolean' },
  requires,
  hash: { type: 'string', enum: [...HASHES] },
  salt: TEXT,
  metadata,
};

const state = { enabled: { type: 'boolean' }, off: key };

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

const written: Record<string, Schema> = {
  ...common,
  ...state,
  variants: { oneOf: [variants, mapOf({})] },
  targets: { oneOf: [targets, mapOf(texts)] },
  rules: listOf(writtenRule),
  default: { oneOf: [ref('Serve'), key] },
};

const history: Record<string, Schema> = { version: whole, createdAt: instant, updatedAt: instant };

const flag = object(
  {
    key,
    ...common,
    environment: key,
    ...state,
    variants,
    targets,
    rules: listOf(ref('Rule')),
    default: ref('Serve'),
    environments: mapOf(object({ enabled: { type: 'boolean' } }, ['enabled'])),
    ...history,
    lastEvaluated: orNull(instant),
    evaluations: mapOf(object({ count: whole, last: instant }, ['count', 'last'])),
  },
  ['key', 'type', 'enabled', 'variants', 'version'],
);

const segmentFields: Record<string, Schema> = {
  description: TEXT,
  include: texts,
  exclude: texts,
  any: listOf(listOf(ref('Condition'))),
};

const issue = object({ path: TEXT, code: TEXT, message: TEXT }, ['path', 'code', 'message']);

const problem: Schema = {
  type: 'object',
  properties: {
    type: TEXT,
    title: TEXT,
    status: whole,
    detail: TEXT,
    code: TEXT,
    requestId: TEXT,
    issues: listOf(issue),
    current: {},
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
};

const projectFlag = object({
  ...written,
  environments: mapOf(
    object({
      ...state,
      targets: written['targets'] ?? {},
      rules: written['rules'] ?? {},
      default: written['default'] ?? {},
    }),
  ),
});

/** The schemas that others refer to by name. */
export const COMPONENTS: Readonly<Record<string, Schema>> = {
  Condition: condition,
  Serve: serve,
  Rule: rule,
  Flag: flag,
  FlagFields: {
    type: 'object',
    properties: {
      ...Object.fromEntries(Object.entries(written).map(([name, each]) => [name, orNull(each)])),
      version: whole,
    },
  },
  Segment: object({ key, ...segmentFields, ...history }, ['key', 'version']),
  SegmentFields: {
    type: 'object',
    properties: {
      ...Object.fromEntries(
        Object.entries(segmentFields).map(([name, each]) => [name, orNull(each)]),
      ),
      version: whole,
    },
  },
  Project: object({
    schema: { const: 1 },
    environments: listOf(key),
    flags: mapOf(projectFlag),
    segments: mapOf(object(segmentFields)),
  }),
  Problem: problem,
};
