import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  'a.b': {},
  a_b: {},
  FlagKey: { variants: { a: 'x', b: "'; globalThis.broken = true; '" }, off: 'b', default: 'a' },
  Record: { type: 'string', variants: { a: '${x}`\\\n\u2028', b: '' }, off: 'a', default: 'b' },
  value: {
    type: 'object',
    variants: { a: JSON.parse('{"__proto__": {"x": 1}, "it\'s": [true, "q"]}') as object, b: {} },
    off: 'a',
    default: 'b',
  },
};

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
      ['string', 'Record', '${x}`\\\n\u2028', context],
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

describe('--out and --check', () => {
  const file = (): string => join(space.folder, 'flags.py');

  beforeEach(() => seed({ a: {}, b: {} }));

  test('a file is written, once', async () => {
    expect(await space.ff('codegen python --out flags.py')).toEqual({
      code: 0,
      out: '',
      err: 'Wrote flags.py.\n',
    });
    expect(readFileSync(file(), 'utf8')).toBe(await space.ok('codegen python'));
    utimesSync(file(), 1, 1);
    expect(await space.ok('codegen python --out flags.py')).toBe('flags.py is up to date.\n');
    // Whoever builds by time builds nothing anew.
    expect(statSync(file()).mtimeMs).toBe(1000);
  });

  test('--check is content with what would be written, whatever its line ends', async () => {
    await space.ok('codegen python --out flags.py');
    writeFileSync(file(), readFileSync(file(), 'utf8').replaceAll('\n', '\r\n'));
    expect(await space.ff('codegen python --out flags.py --check')).toEqual({
      code: 0,
      out: 'flags.py is up to date.\n',
      err: '',
    });
  });

  test('--check says what differs, and leaves the file alone', async () => {
    await space.ok('codegen python --out flags.py');
    const before = readFileSync(file(), 'utf8');
    await space.ok('delete b');
    await space.ok('create c');
    const { code, out, err } = await space.ff('codegen python --out flags.py --check');
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n')).toEqual([
      'ffctl: flags.py is not what the flags are now:',
      '  - "b",',
      '  - def b(self, context: FlagContext | None = None) -> bool:',
      '  - """The flag b."""',
      '  - return self._client.boolean("b", False, context)',
      '  + "c",',
      '  + def c(self, context: FlagContext | None = None) -> bool:',
      '  + """The flag c."""',
      '  + return self._client.boolean("c", False, context)',
      'Make it anew: ffctl codegen python --out flags.py',
      '',
    ]);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test('--check is short where everything differs', async () => {
    await seed(
      Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${String(index)}`, {}])),
    );
    writeFileSync(file(), 'x\n');
    const { code, err } = await space.ff('codegen python --out flags.py --check');
    expect([code, err.split('\n').length]).toEqual([1, 15]);
    expect(err).toMatch(/^ {2}\+ and \d+ more$/m);
  });

  test('--check of what is not there', async () => {
    expect(await space.ff('codegen rust --out none.rs --check')).toEqual({
      code: 1,
      out: '',
      err: 'ffctl: none.rs is not there.\nMake it anew: ffctl codegen rust --out none.rs\n',
    });
    expect(existsSync(join(space.folder, 'none.rs'))).toBe(false);
  });

  test.each([
    ['codegen', 2, "missing required argument 'language'"],
    ['codegen cobol', 2, 'Allowed choices are typescript, python, rust'],
    ['codegen rust --check', 2, 'Name the one to check with --out'],
    ['codegen rust --json', 2, 'Code is neither JSON nor YAML'],
    ['codegen rust --out .', 1, '. cannot be read'],
    ['codegen rust --out no/such/folder.rs', 1, 'no/such/folder.rs cannot be written'],
  ])('%s', async (line, exit, message) => {
    const { code, err } = await space.ff(line);
    expect([code, err]).toEqual([exit, expect.stringContaining(message)]);
  });
});
