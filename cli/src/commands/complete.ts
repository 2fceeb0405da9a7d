import { RootCommand, type Command as Target } from '@bomb.sh/tab';
import type { Argument, Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { readSettings } from '../config.ts';
import { connect } from '../session.ts';

/** What can stand at a place of the command line. */
type Values = Readonly<Record<string, readonly string[]>>;

/** Whoever presses Tab does not wait longer for a server, in milliseconds. */
const PATIENCE = 400;

/** Prints what could come next on a command line: what `ffctl complete` answers the shell. */
export async function complete(program: Command, words: readonly string[], io: Io): Promise<void> {
  const root = new RootCommand();
  const values = { flag: await flagKeys(io) };
  addOptions(root, program.options);
  for (const command of program.commands) addTree(root, command, command.name(), values);
  root.parse([...words]);
}

function addTree(root: RootCommand, command: Command, name: string, values: Values): void {
  const target = root.command(name, command.description());
  addOptions(target, [...command.options, ...globalOptions(command)]);
  for (const argument of command.registeredArguments) addArgument(target, argument, values);
  for (const child of command.commands) addTree(root, child, `${name} ${child.name()}`, values);
}

function globalOptions(command: Command): readonly Option[] {
  return command.parent === null ? command.options : globalOptions(command.parent);
}

function addOptions(target: Target, options: readonly Option[]): void {
  for (const { long, short, required, argChoices, description } of options) {
    const name = long?.slice(2) ?? '';
    const alias = short?.slice(1);
    if (!required) target.option(name, description, alias);
    else
      target.option(
        name,
        description,
        (offer) => argChoices?.forEach((each) => offer(each, '')),
        alias,
      );
  }
}

function addArgument(target: Target, argument: Argument, values: Values): void {
  const known = argument.argChoices ?? values[argument.name()] ?? [];
  target.argument(
    argument.name(),
    (offer) => known.forEach((value) => offer(value, '')),
    argument.variadic,
  );
}

/** The keys of the flags, if they are quickly found; a shell wants no error messages. */
async function flagKeys(io: Io): Promise<string[]> {
  try {
    const settings = await readSettings({}, io);
    const client = await connect(settings, io, { absent: 'refuse', timeout: PATIENCE });
    const query = { environment: settings.environment };
    const { flags } = await client.send<{ flags: { key: string }[] }>({ path: ['flags'], query });
    await client.close();
    return flags.map(({ key }) => key);
  } catch {
    return [];
  }
}
