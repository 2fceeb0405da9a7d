import type { Command } from 'commander';
import { changeFlag, readFlag } from '../change.ts';
import { EXIT, Failure } from '../failure.ts';
import type { FlagView, TargetView } from '../flag.ts';
import { printable } from '../look.ts';
import { counted, tableText } from '../output.ts';
import { hint, type Act, type Session } from '../session.ts';
import { readUserKeys, USER_KEYS } from '../user-keys.ts';
import { movedDefault } from '../words.ts';

/** `ffctl target`: users who get a variant whatever the rules say. */
export function addTarget(program: Command, act: Act): void {
  const target = program
    .command('target')
    .description('Add, list and remove users who get a variant whatever the rules say');
  target
    .command('add')
    .description('Give users a variant; who has another one is moved')
    .argument('<flag>', 'the key of the flag')
    .argument('<variant>', 'the name of the variant')
    .argument('<users...>', USER_KEYS)
    .action(act(add));
  target
    .command('list')
    .description('List the targeted users of a flag')
    .argument('<flag>', 'the key of the flag')
    .action(act(list));
  target
    .command('remove')
    .description('Leave users to the rules again')
    .argument('<flag>', 'the key of the flag')
    .argument('<users...>', USER_KEYS)
    .action(act(remove));
}

async function add(
  session: Session,
  key: string,
  variant: string,
  operands: readonly string[],
): Promise<void> {
  const users = readUserKeys(operands);
  await save(session, key, (flag) => {
    const others = without(flag.targets, users);
    const own = others.find((each) => each.variant === variant)?.keys ?? [];
    const keys = [...own, ...new Set(users)];
    return others.some((each) => each.variant === variant)
      ? others.map((each) => (each.variant === variant ? { variant, keys } : each))
      : [...others, { variant, keys }];
  });
}

async function remove(session: Session, key: string, operands: readonly string[]): Promise<void> {
  const users = readUserKeys(operands);
  await save(session, key, (flag) => {
    const targeted = new Set(flag.targets.flatMap(({ keys }) => keys));
    const unknown = users.filter((user) => !targeted.has(user));
    if (unknown.length > 0) {
      const message = `${key} does not target ${unknown.join(', ')} in ${flag.environment}.`;
      throw new Failure(EXIT.notFound, `${message} Nothing was changed.`);
    }
    return without(flag.targets, users).filter(({ keys }) => keys.length > 0);
  });
}

async function list(session: Session, key: string): Promise<void> {
  const flag = await readFlag(session, key);
  await session.show(flag.targets, () => targetText(flag, session));
}

function without(targets: readonly TargetView[], users: readonly string[]): TargetView[] {
  const leaving = new Set(users);
  return targets.map(({ variant, keys }) => ({
    variant,
    keys: keys.filter((user) => !leaving.has(user)),
  }));
}

async function save(
  session: Session,
  key: string,
  edit: (flag: FlagView) => TargetView[],
): Promise<void> {
  const { before, after } = await changeFlag(session, key, (flag) => ({ targets: edit(flag) }));
  const moved = movedDefault(before, after);
  await session.show(after, () => targetText(after, session) + (moved === '' ? '' : `${moved}\n`));
}

function targetText(flag: FlagView, session: Session): string {
  if (flag.targets.length === 0) {
    const hinted = hint(session, `target add ${flag.key} VARIANT USER`);
    return `${flag.key} targets nobody in ${flag.environment}. Add somebody: ${hinted}\n`;
  }
  const rows = flag.targets.map(({ variant, keys }) => [
    printable(variant),
    counted(keys.length, 'user'),
    keys.map(printable).join(', '),
  ]);
  return tableText({ header: ['variant', 'count', 'users'], rows, flexible: [2] }, session.look);
}
