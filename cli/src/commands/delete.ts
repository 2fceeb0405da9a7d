import type { Command } from 'commander';
import { flagCall, readFlag } from '../change.ts';
import type { FlagView } from '../flag.ts';
import { confirm, hint, type Act, type Session } from '../session.ts';

interface Options {
  readonly permanent?: boolean;
  readonly yes?: boolean;
}

/** `ffctl delete`: archives a flag; with `--permanent` it is gone. */
export function addDelete(program: Command, act: Act): void {
  program
    .command('delete')
    .description('Archive a flag (ffctl restore brings it back)')
    .argument('<flag>', 'the key of the flag')
    .option('--permanent', 'delete it for good, in all environments')
    .option('--yes', 'with --permanent: do not ask')
    .action(act(remove));
}

async function remove(session: Session, key: string, options: Options): Promise<void> {
  if (options.permanent === true) {
    await removeForGood(session, key, options.yes);
    return;
  }
  const client = await session.client();
  const flag = await client.send<FlagView>({ ...flagCall(session, key), method: 'DELETE' });
  await session.show(
    flag,
    () => `${key} is archived: nobody is served by it. Undo: ${hint(session, `restore ${key}`)}\n`,
  );
}

async function removeForGood(
  session: Session,
  key: string,
  yes: boolean | undefined,
): Promise<void> {
  await readFlag(session, key);
  const what = `Deletes ${key} with its rules, in all environments.`;
  await confirm(session, what, { word: key, yes });
  const client = await session.client();
  const query = { permanent: 'true' };
  await client.send({ path: ['flags', key], method: 'DELETE', query });
  await session.show({ deleted: key }, () => `${key} is deleted.\n`);
}
