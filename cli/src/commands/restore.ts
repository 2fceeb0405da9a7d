import type { Command } from 'commander';
import { change, flagCall } from '../change.ts';
import type { FlagView } from '../flag.ts';
import type { Act, Session } from '../session.ts';
import { stateWords } from '../words.ts';

/** `ffctl restore`: brings an archived flag back. */
export function addRestore(program: Command, act: Act): void {
  program
    .command('restore')
    .description('Bring an archived flag back as it was')
    .argument('<flag>', 'the key of the flag')
    .action(act(restore));
}

async function restore(session: Session, key: string): Promise<void> {
  const { before, after } = await change<FlagView>(
    session,
    flagCall(session, key),
    ({ archived }) => (archived ? { archived: false } : undefined),
  );
  const how = before.archived ? 'is back' : 'was not archived';
  await session.show(
    after,
    () => `${key} ${how}; in ${after.environment} its state is: ${stateWords(after)}.\n`,
  );
}
