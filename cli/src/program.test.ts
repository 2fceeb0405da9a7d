import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { EXIT } from './failure.ts';
import { createProgram, VERSION } from './program.ts';
import { fakeIo, ran } from './run.fixture.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

function leaves(command: Command, path: string): [path: string, command: Command][] {
  const children = command.commands.map((child) => leaves(child, `${path} ${child.name()}`));
  return children.length === 0 ? [[path, command]] : children.flat();
}

function usage(command: Command): string {
  return command.registeredArguments
    .map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? ` <${name}>` : ` [${name}]`;
    })
    .join('');
}

/** Every command with its options, as the program has them. */
function declared(): Map<string, string[]> {
  const program = createProgram(fakeIo(), false);
  return new Map(
    leaves(program, 'ffctl').map(([path, command]) => [
      `${path}${usage(command)}`,
      command.options.map(({ flags }) => flags).toSorted(),
    ]),
  );
}

/** Every command with its options, as the book has them. */
function documented(): Map<string, string[]> {
  const sections = DOCS.split(/^#{2,3} /m).filter((section) => section.startsWith('`ffctl'));
  return new Map(
    sections.map((section) => {
      const title = /^`([^`]+)`/.exec(section)?.[1] ?? '';
      return [title, optionsIn(section)];
    }),
  );
}

function optionsIn(section: string): string[] {
  return [...section.matchAll(/^\| `(-[^`]+)`/gm)].map((match) => match[1] ?? '').toSorted();
}

test('docs/cli.md names every command with every option, and no others', () => {
  expect(documented()).toEqual(declared());
});

test('docs/cli.md names the options of all commands', () => {
  const program = createProgram(fakeIo(), false);
  const settings = DOCS.slice(DOCS.indexOf('## Settings'), DOCS.indexOf('## Output'));
  const options = [...program.options.map(({ flags }) => flags), '--help'];
  expect(optionsIn(settings)).toEqual(options.toSorted());
});

test('the exit codes stand in the docs and in the help', async () => {
  const { out } = await ran(['--help']);
  for (const code of Object.values(EXIT)) {
    expect(DOCS).toMatch(new RegExp(`^\\| ${String(code)} +\\|`, 'm'));
    expect(out.slice(out.indexOf('Exit codes:'))).toMatch(new RegExp(`\\b${String(code)} \\w`));
  }
});

test.each([[], ['help'], ['--help']])('the help lists every command', async (...argv) => {
  const { code, out } = await ran(argv);
  expect(code).toBe(0);
  const names = new Set([...declared().keys()].map((path) => path.split(' ')[1] ?? ''));
  for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
});

test.each([...declared().keys()])('%s has help', async (usageLine) => {
  const words = usageLine.split(' ').filter((word) => /^[a-z]/.test(word));
  const { code, out } = await ran([...words.slice(1), '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: ${words.join(' ')}`);
  expect(out).toContain('--environment');
});

test('the version is that of the package', async () => {
  const file = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  expect((JSON.parse(file) as { version: string }).version).toBe(VERSION);
  expect(await ran(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
});

test('help is colored on a terminal only', async () => {
  const terminal = { isTerminal: true, columns: 80 };
  const bold = '\u001b[1mUsage:';
  expect((await ran(['--help'], terminal)).out).toContain(bold);
  expect((await ran(['--help', '--no-color'], terminal)).out).not.toContain('\u001b');
  const env = { NO_COLOR: '1' };
  expect((await ran(['--help'], { ...terminal, env })).out).not.toContain('\u001b');
  expect((await ran(['--help'])).out).not.toContain('\u001b');
});

test.each([
  [['rule'], /Usage: ffctl rule/],
  [['evalute', 'x'], /^ffctl: unknown command 'evalute'\n\(Did you mean evaluate\?\)/],
  [['list', '--stat', 'on'], /^ffctl: unknown option '--stat'\n\(Did you mean --state\?\)/],
  [['get'], /^ffctl: missing required argument 'flag'/],
  [['list', '--state', 'half'], /Allowed choices are on, off/],
])('wrong use: %j', async (argv, message) => {
  const { code, err } = await ran(argv);
  expect(code).toBe(EXIT.wrongUse);
  expect(err).toMatch(message);
});

test('a server that does not answer', async () => {
  expect(await ran(['list'])).toEqual({
    code: EXIT.unreachable,
    out: '',
    err: 'ffctl: No answer from http://127.0.0.1:8080 (connection refused). Start one with `ffctl serve`, or name another with --server.\n',
  });
});
