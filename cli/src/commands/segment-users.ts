import type { Command } from 'commander';
import { change } from '../change.ts';
import { segmentPage, type SegmentView } from '../segment.ts';
import type { Act, Session } from '../session.ts';
import { readUserKeys, USER_KEYS } from '../user-keys.ts';

type List = 'include' | 'exclude';

interface Options {
  readonly remove?: boolean;
}

/** `ffctl segment include` and `ffctl segment exclude`. */
export function addSegmentUsers(segment: Command, act: Act): void {
  addUsers(segment, act, {
    list: 'include',
    description: 'Include users, whatever the conditions say',
  });
  addUsers(segment, act, {
    list: 'exclude',
    description: 'Exclude users for whom the conditions hold',
  });
}

function addUsers(
  segment: Command,
  act: Act,
  { list, description }: { list: List; description: string },
): void {
  segment
    .command(list)
    .description(description)
    .argument('<segment>', 'the key of the segment')
    .argument('<users...>', USER_KEYS)
    .option('--remove', `take them off the list again`)
    .action(
      act(async (session: Session, key: string, operands: string[], options: Options) => {
        const users = readUserKeys(operands);
        const { after } = await change<SegmentView>(
          session,
          { path: ['segments', key] },
          (current) => edited(current, list, users, options),
        );
        await session.show(after, () => segmentPage(after, session));
      }),
    );
}

/** A user is on one of the two lists at most. */
function edited(
  segment: SegmentView,
  list: List,
  users: readonly string[],
  { remove }: Options,
): object {
  const named = new Set(users);
  const rest = segment[list].filter((user) => !named.has(user));
  if (remove === true) return { [list]: rest };
  const other = list === 'include' ? 'exclude' : 'include';
  const others = segment[other].filter((user) => !named.has(user));
  const isMoved = others.length < segment[other].length;
  return { [list]: [...rest, ...named], ...(isMoved ? { [other]: others } : {}) };
}
