import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UNSEEN } from '../codegen/unseen.ts';
import { workspace, type Workspace } from '../run.fixture.ts';

let space: Workspace;

beforeEach(() => {
  space = workspace();
});

afterEach(() => {
  space.remove();
});

async function seed(flags: object): Promise<void> {
  const text = JSON.stringify({ environments: ['production', 'staging'], flags });
  await space.ok('import -', { readInput: () => Promise.resolve(text) });
}

/** One flag of each type, one of them archived. */
const FLAGS = {
  'new-checkout': { description: 'New checkout', enabled: true },
  'button.colour': {
    variants: { blue: '#00f', red: '#f00', also_blue: '#00f' },
    off: 'blue',
    environments: { staging: { enabled: true, off: 'red', default: 'red' } },
  },
  limits: {
    type: 'object',
    variants: { small: { rows: 10, tags: [] }, large: { rows: 1000.5, tags: ['a', null] } },
    off: 'small',
    default: 'large',
  },
  ratio: { variants: { half: 0.5, none: 0 }, off: 'none', default: 'half' },
  gone: { archived: true },
};

const GOLDEN = join(import.meta.dirname, '../codegen/golden');

const LANGUAGES: readonly [language: string, extension: string][] = [
  ['typescript', 'ts.txt'],
  ['python', 'py.txt'],
  ['rust', 'rs.txt'],
];

describe.each(LANGUAGES)('%s', (language, extension) => {
  test('the whole of it', async () => {
    await seed(FLAGS);
    const code = await space.ok(`codegen ${language}`);
    await expect(code).toMatchFileSnapshot(join(GOLDEN, `flags.${extension}`));
    expect(code).not.toMatch(/[ \t]$|\n\n\n\n/m);
  });

  test('of no flags', async () => {
    await seed({ gone: { archived: true } });
    const code = await space.ok(`codegen ${language}`);
    await expect(code).toMatchFileSnapshot(join(GOLDEN, `none.${extension}`));
  });

  test('the same each time, whatever the order of the flags', async () => {
    await seed(FLAGS);
    const code = await space.ok(`codegen ${language}`);
    space.remove();
    space = workspace();
    await seed(Object.fromEntries(Object.entries(FLAGS).toReversed()));
    expect(await space.ok(`codegen ${language}`)).toBe(code);
  });

  test('has nothing in it that readers do not see', async () => {
    await seed(HOSTILE);
    const code = await space.ok(`codegen ${language}`);
    expect(code.replaceAll('\n', '')).not.toMatch(UNSEEN);
    expect(code).toMatch(/\\u\{?0?61c\}?/);
  });

  test('what is off elsewhere is the default there', async () => {
    await seed(FLAGS);
    const code = await space.ok(`codegen ${language} --environment staging`);
    expect(code).toContain('from the flags of staging');
    expect(code).toMatch(/button\.colour["'], ["']#f00["']/);
    const { code: exit, err } = await space.ff(`codegen ${language} --environment moon`);
    expect([exit, err]).toEqual([3, expect.stringContaining('There is no environment "moon"')]);
  });
});

/** Everything that could break out of where it stands, or stand in the way of something else. */
const HOSTILE = {
  constructor: { description: '*/ globalThis.broken = true; /*' },
  ...(JSON.parse(String.raw`{"then": {"description": "\"\"\"\nimport os\n\"\"\""}}`) as object),
  toString: { description: 'a\r*/ globalThis.broken = true; //\u2028b' },
  delete: { description: '\u202e hidden \u0000' },
  '2fa': {},
  'a.b': { description: '@ts-expect-error' },
  a_b: { description: '/* @ts-expect-error\n@ts-expect-error' },
  FlagKey: { variants: { a: 'x', b: "'; globalThis.broken = true; '" }, off: 'b', default: 'a' },
  Record: {
    type: 'string',
    variants: { a: '${x}`\\\n\u2028\u061c\u{e0061}', b: '' },
    off: 'a',
    default: 'b',
  },
  value: {
    type: 'object',
    variants: { a: JSON.parse('{"__proto__": {"x": 1}, "it\'s": [true, "q"]}') as object, b: {} },
    off: 'a',
    default: 'b',
  },
};

test('no key of Rust is called like the list of them', async () => {
  await seed({ 'a-l-l': {}, all: {} });
  const code = await space.ok('codegen rust');
  expect(code).toContain('const ALL: [Self; 2] = [Self::ALLFlag, Self::All];');
});

describe('the code of TypeScript', () => {
  const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
  const STRICT =
    '--strict --noEmit --target es2023 --module nodenext --exactOptionalPropertyTypes ' +
    '--noUnusedLocals --noUnusedParameters --erasableSyntaxOnly --allowImportingTsExtensions';

  function compile(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(space.folder, name), text);
    const args = [tsc, ...STRICT.split(' '), ...Object.keys(files)];
    return spawnSync(process.execPath, args, { cwd: space.folder, encoding: 'utf8' }).stdout;
  }

  test('compiles, and knows keys and values', async () => {
    await seed({ ...FLAGS, ...HOSTILE });
    const use = `
      import { createFlags, type FlagClient, type FlagKey, type ButtonColourValue } from './flags.ts';
      declare const client: FlagClient;
      const flags = createFlags(client);
      export const key: FlagKey = 'new-checkout';
      export const on: boolean = flags.newCheckout({ targetingKey: 'ann', seats: 3 });
      export const colour: '#00f' | '#f00' = flags.buttonColour();
      export const other: ButtonColourValue = colour;
      export const rows: number = flags.limits().rows;
      export const ratio: number = flags.ratio();
      // @ts-expect-error archived
      flags.gone();
      // @ts-expect-error no such key
      export const none: FlagKey = 'gone';
      // @ts-expect-error no such value
      export const green: ButtonColourValue = '#0f0';
      // @ts-expect-error a context is an object
      flags.ratio(7);
    `;
    const code = await space.ok('codegen typescript');
    expect(compile({ 'flags.ts': code, 'use.ts': use })).toBe('');
    expect(
      compile({ 'wrong.ts': "import { createFlags } from './flags.ts';\ncreateFlags({});" }),
    ).toMatch(/wrong\.ts.*FlagClient/s);
  });

  test('asks the client for the key with the value of off', async () => {
    await seed({ ...FLAGS, ...HOSTILE });
    const path = join(space.folder, 'flags.ts');
    await space.ok(['codegen', 'typescript', '--out', path]);
    const { createFlags } = (await import(pathToFileURL(path).href)) as {
      createFlags: (client: object) => Record<string, (context?: object) => unknown>;
    };
    const asked: unknown[] = [];
    const ask =
      (type: string) =>
      (...all: unknown[]): unknown => {
        asked.push([type, ...all]);
        return all[1];
      };
    const types = ['boolean', 'string', 'number', 'object'];
    const flags = createFlags(Object.fromEntries(types.map((type) => [type, ask(type)])));
    const context = { targetingKey: 'ann' };
    const values = Object.values(flags).map((flag) => flag(context));
    expect(asked).toEqual([
      ['boolean', '2fa', false, context],
      ['string', 'FlagKey', "'; globalThis.broken = true; '", context],
      ['string', 'Record', '${x}`\\\n\u2028\u061c\u{e0061}', context],
      ['boolean', 'a.b', false, context],
      ['boolean', 'a_b', false, context],
      ['string', 'button.colour', '#00f', context],
      ['boolean', 'constructor', false, context],
      ['boolean', 'delete', false, context],
      ['object', 'limits', { rows: 10, tags: [] }, context],
      ['boolean', 'new-checkout', false, context],
      ['number', 'ratio', 0, context],
      ['boolean', 'then', false, context],
      ['boolean', 'toString', false, context],
      ['object', 'value', HOSTILE.value.variants.a, context],
    ]);
    expect(JSON.stringify(values.at(-1))).toBe(JSON.stringify(HOSTILE.value.variants.a));
    expect(Object.keys(flags)).toHaveLength(asked.length);
    expect('broken' in globalThis).toBe(false);
    expect(await Promise.resolve(flags)).toBe(flags);
  });
});
