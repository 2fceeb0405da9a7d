import { Option, type Command } from 'commander';
import type { FlagView } from '../flag.ts';
import { paintedState, shortTime } from '../flag-page.ts';
import { printable } from '../look.ts';
import { tableText } from '../output.ts';
import { hint, type Act, type Session } from '../session.ts';

interface Options {
  readonly tag?: string;
  readonly state?: string;
  readonly query?: string;
  readonly archived?: boolean;
}

interface FlagList {
  readonly environment: string;
  readonly flags: readonly FlagView[];
}

/** `ffctl list`: the flags of an environment. */
export function addList(program: Command, act: Act): void {
  program
    .command('list')
    .description('List the flags and their state')
    .option('--tag <tag>', 'only flags with this tag')
    .addOption(new Option('--state <state>', 'only flags in this state').choices(['on', 'off']))
    .option('--query <text>', 'only flags with this text in their key or description')
    .option('--archived', 'the archived flags instead')
    .action(act(list));
}

async function list(session: Session, options: Options): Promise<void> {
  const client = await session.client();
  const { tag, state, query: q, archived } = options;
  const query = {
    environment: session.settings.environment,
    tag,
    state,
    q,
    archived: archived === true ? 'true' : undefined,
  };
  const answer = await client.send<FlagList>({ path: ['flags'], query });
  await session.show(answer, () =>
    answer.flags.length === 0 ? nothing(session, options) : flagTable(answer.flags, session),
  );
}

function flagTable(flags: readonly FlagView[], { look, settings }: Session): string {
  // The times of a file are of the moment it was read.
  const hasTimes = settings.file === undefined;
  return tableText(
    {
      header: ['flag', 'state', 'type', 'rules', 'owner', 'tags', ...(hasTimes ? ['changed'] : [])],
      rows: flags.map((flag) => [
        printable(flag.key),
        paintedState(flag, look),
        flag.type,
        String(flag.rules.length),
        printable(flag.owner),
        flag.tags.map(printable).join(', '),
        ...(hasTimes ? [shortTime(flag.updatedAt)] : []),
      ]),
      flexible: [4, 5],
    },
    look,
  );
}

function nothing(session: Session, options: Options): string {
  const { environment } = session.settings;
  const asked = Object.keys(options).some((name) => ['tag', 'state', 'query'].includes(name));
  if (options.archived === true) return 'No flag is archived.\n';
  if (asked) return `No flag in ${environment} is like that. All flags: ${hint(session, 'list')}\n`;
  return `There are no flags yet. Make one: ${hint(session, 'create my_flag')}\n`;
}
