// OpenFeature's cases for providers, as data, after
// https://github.com/open-feature/spec/blob/main/specification/assets/gherkin/evaluation.feature

/** One case: what is asked, and all that is to be answered. */
export interface Case {
  readonly flag: string;
  readonly type: 'Boolean' | 'String' | 'Number' | 'Object';
  readonly fallback: unknown;
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  readonly value: unknown;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: string;
}

const PICTURES = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };
const SULISLAW = { fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer: false };

export const CASES: readonly Case[] = [
  {
    flag: 'boolean-flag',
    type: 'Boolean',
    fallback: false,
    value: true,
    variant: 'on',
    reason: 'STATIC',
  },
  {
    flag: 'string-flag',
    type: 'String',
    fallback: 'bye',
    value: 'hi',
    variant: 'greeting',
    reason: 'STATIC',
  },
  {
    flag: 'integer-flag',
    type: 'Number',
    fallback: 1,
    value: 10,
    variant: 'ten',
    reason: 'STATIC',
  },
  {
    flag: 'float-flag',
    type: 'Number',
    fallback: 0.1,
    value: 0.5,
    variant: 'half',
    reason: 'STATIC',
  },
  {
    flag: 'object-flag',
    type: 'Object',
    fallback: null,
    value: PICTURES,
    variant: 'template',
    reason: 'STATIC',
  },
  {
    flag: 'context-aware',
    type: 'String',
    fallback: 'EXTERNAL',
    context: SULISLAW,
    value: 'INTERNAL',
    variant: 'internal',
    reason: 'TARGETING_MATCH',
  },
  {
    flag: 'context-aware',
    type: 'String',
    fallback: 'EXTERNAL',
    value: 'EXTERNAL',
    variant: 'external',
    reason: 'DEFAULT',
  },
  {
    flag: 'missing-flag',
    type: 'String',
    fallback: 'uh-oh',
    value: 'uh-oh',
    reason: 'ERROR',
    errorCode: 'FLAG_NOT_FOUND',
  },
  {
    flag: 'wrong-flag',
    type: 'Number',
    fallback: 13,
    value: 13,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
  },
];

function flag(
  type: string,
  variants: Readonly<Record<string, unknown>>,
  rules: object[] = [],
): object {
  const [first = ''] = Object.keys(variants);
  const list = Object.entries(variants).map(([name, value]) => ({ name, value }));
  const common = { type, enabled: true, hash: 'ff1', salt: 's', variants: list };
  return { ...common, off: first, default: { variant: first }, rules };
}

function is(attribute: string, value: string | number | boolean): object {
  return { attribute, op: 'in', values: [value] };
}

const INTERNAL = {
  id: 'internal',
  when: Object.entries(SULISLAW).map(([name, value]) => is(name, value)),
  serve: { variant: 'internal' },
};

/** The flags that the cases ask for. */
export const GHERKIN: object = {
  schema: 1,
  environment: 'test',
  version: 1,
  flags: {
    'boolean-flag': flag('boolean', { on: true, off: false }),
    'string-flag': flag('string', { greeting: 'hi', parting: 'bye' }),
    'integer-flag': flag('number', { ten: 10, one: 1 }),
    'float-flag': flag('number', { half: 0.5, tenth: 0.1 }),
    'object-flag': flag('object', { template: PICTURES, empty: {} }),
    'context-aware': flag('string', { external: 'EXTERNAL', internal: 'INTERNAL' }, [INTERNAL]),
    'wrong-flag': flag('string', { one: 'uno', two: 'dos' }),
  },
};
