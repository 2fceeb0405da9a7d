import type { Command } from 'commander';
import { change } from '../change.ts';
import { parseConditions } from '../condition.ts';
import { wrongUse } from '../failure.ts';
import { printable } from '../look.ts';
import { counted, tableText } from '../output.ts';
import { collect } from '../position.ts';
import { groupWords, segmentPage, type SegmentChange, type SegmentView } from '../segment.ts';
import { confirm, hint, type Act, type Session } from '../session.ts';
import { addSegmentUsers } from './segment-users.ts';

interface Options {
  readonly description?: string;
  readonly any?: readonly string[];
  readonly clear?: boolean;
}

/** `ffctl segment`: groups of users that rules can name. */
export function addSegment(program: Command, act: Act): void {
  const segment = program.command('segment').description('Groups of users that rules can name');
  withGroups(keyed(segment, 'create', 'Create a segment')).action(act(create));
  segment.command('list').description('List the segments').action(act(list));
  keyed(segment, 'get', 'Show one segment').action(act(get));
  withGroups(keyed(segment, 'set', 'Change who is in a segment by its conditions'))
    .option('--clear', 'no conditions any more: only the users it includes')
    .action(act(set));
  addSegmentUsers(segment, act);
  keyed(segment, 'delete', 'Delete a segment that no flag names')
    .option('--yes', 'do not ask')
    .action(act(remove));
}

function keyed(segment: Command, name: string, description: string): Command {
  return segment
    .command(name)
    .description(description)
    .argument('<segment>', 'the key of the segment');
}

function withGroups(command: Command): Command {
  return command
    .option('--description <text>', 'who is meant')
    .option(
      '--any <conditions>',
      "who is in it: conditions joined by ' && '; given several times, any of them is enough",
      collect,
    )
    .addHelpText('after', `\nExample: --any 'plan=pro && country=US' --any 'email$=@acme.com'`);
}

async function create(session: Session, key: string, options: Options): Promise<void> {
  const body = { description: '', ...bodyOf(options) };
  const client = await session.client('make');
  const headers = { 'If-None-Match': '*' };
  const path = ['segments', key];
  const made = await client.send<SegmentView>({ path, method: 'POST', body, headers });
  const next = hint(session, `rule add FLAG --when segment:${key} --serve on`);
  await session.show(made, () => `${segmentPage(made, session)}\nNext: ${next}\n`);
}

async function list(session: Session): Promise<void> {
  const client = await session.client();
  const answer = await client.send<{ segments: SegmentView[] }>({ path: ['segments'] });
  const rows = answer.segments.map((segment) => [
    printable(segment.key),
    counted(segment.include.length, 'user'),
    counted(segment.exclude.length, 'user'),
    groupWords(segment),
    printable(segment.description),
  ]);
  const header = ['segment', 'includes', 'excludes', 'and whoever', 'description'];
  await session.show(answer, () =>
    rows.length === 0
      ? `There are no segments yet. Make one: ${hint(session, 'segment create beta')}\n`
      : tableText({ header, rows, flexible: [3, 4] }, session.look),
  );
}

async function get(session: Session, key: string): Promise<void> {
  const client = await session.client();
  const segment = await client.send<SegmentView>({ path: ['segments', key] });
  await session.show(segment, () => segmentPage(segment, session));
}

async function set(session: Session, key: string, options: Options): Promise<void> {
  const body = bodyOf(options);
  if (Object.keys(body).length === 0) {
    throw wrongUse('Nothing to set: give --description, --any or --clear.');
  }
  const { after } = await change<SegmentView>(session, { path: ['segments', key] }, () => body);
  await session.show(after, () => segmentPage(after, session));
}

async function remove(
  session: Session,
  key: string,
  options: { readonly yes?: boolean },
): Promise<void> {
  const client = await session.client();
  const path = ['segments', key];
  await client.send<SegmentView>({ path });
  const what = `Deletes the segment ${key} with its users and conditions.`;
  await confirm(session, what, { word: key, yes: options.yes });
  await client.send({ path, method: 'DELETE' });
  await session.show({ deleted: key }, () => `Segment ${key} is deleted.\n`);
}

function bodyOf({ description, any, clear }: Options): SegmentChange {
  if (any !== undefined && clear === true) {
    throw wrongUse('--any and --clear exclude each other: --any replaces the conditions anyway.');
  }
  const groups = clear === true ? [] : any?.map(parseConditions);
  return {
    ...(description === undefined ? {} : { description }),
    ...(groups === undefined ? {} : { any: groups }),
  };
}
