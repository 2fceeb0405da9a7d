import { Option, type Command } from 'commander';
import { wrongUse } from '../failure.ts';
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
  readonly unused?: string;
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
    .option('--unused <time>', 'only older flags that were not evaluated for so long, such as 30d')
    .action(act(list));
}

async function list(session: Session, options: Options): Promise<void> {
  const { tag, state, query: q, archived, unused } = options;
  if (unused !== undefined && session.settings.file !== undefined) {
    throw wrongUse('A file does not count evaluations: ask a server for --unused.');
  }
  const client = await session.client();
  const query = {
    environment: session.settings.environment,
    tag,
    state,
    q,
    archived: archived === true ? 'true' : undefined,
    unused,
  };
  const answer = await client.send<FlagList>({ path: ['flags'], query });
  await session.show(answer, () =>
    answer.flags.length === 0
      ? nothing(session, options)
      : `${flagTable(answer.flags, session)}${caution(options)}`,
  );
}

/** What is not counted looks as if it were not used. */
function caution({ unused }: Options): string {
  return unused === undefined
    ? ''
    : '\nOnly what was counted is known here: clients report evaluations with their option events.\n';
}

const HEADER = ['flag', 'state', 'type', 'rules', 'owner', 'tags'];

function flagTable(flags: readonly FlagView[], { look, settings }: Session): string {
  // The times of a file are of the moment it was read.
  const hasTimes = settings.file === undefined;
  return tableText(
    {
      header: [...HEADER, ...(hasTimes ? ['changed', 'evaluated'] : [])],
      rows: flags.map((flag) => [
        printable(flag.key),
        paintedState(flag, look),
        flag.type,
        String(flag.rules.length),
        printable(flag.owner),
        flag.tags.map(printable).join(', '),
        ...(hasTimes ? [shortTime(flag.updatedAt), shortTime(flag.lastEvaluated ?? 'never')] : []),
      ]),
      flexible: [4, 5],
    },
    look,
  );
}

function nothing(session: Session, options: Options): string {
  const { environment } = session.settings;
  const asked = Object.keys(options).some((name) =>
    ['tag', 'state', 'query', 'unused'].includes(name),
  );
  if (options.archived === true) return 'No flag is archived.\n';
  if (asked) return `No flag in ${environment} is like that. All flags: ${hint(session, 'list')}\n`;
  return `There are no flags yet. Make one: ${hint(session, 'create my_flag')}\n`;
}
