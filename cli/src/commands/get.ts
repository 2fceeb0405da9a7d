import type { Command } from 'commander';
import { readFlag } from '../change.ts';
import { flagPage } from '../flag-page.ts';
import type { Act, Session } from '../session.ts';

/** `ffctl get`: one flag on a page. */
export function addGet(program: Command, act: Act): void {
  program
    .command('get')
    .description('Show one flag: its state, variants and rules')
    .argument('<flag>', 'the key of the flag')
    .action(act(get));
}

async function get(session: Session, key: string): Promise<void> {
  const flag = await readFlag(session, key);
  await session.show(flag, () => flagPage(flag, session));
}
