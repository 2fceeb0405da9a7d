import type { Command } from 'commander';
import { changeFlag } from '../change.ts';
import { wrongUse } from '../failure.ts';
import type { FlagChange } from '../flag.ts';
import { fieldsOf, withFields, type FieldOptions } from '../flag-fields.ts';
import { flagPage } from '../flag-page.ts';
import type { Act, Session } from '../session.ts';

/** `ffctl set`: changes the fields of a flag that have no command of their own. */
export function addSet(program: Command, act: Act): void {
  withFields(
    program
      .command('set')
      .description("Change a flag's description, owner, tags, default or off variant")
      .argument('<flag>', 'the key of the flag'),
  ).action(act(set));
}

async function set(session: Session, key: string, options: FieldOptions): Promise<void> {
  const fields: FlagChange = fieldsOf(options);
  if (Object.keys(fields).length === 0) {
    throw wrongUse('Nothing to set: give --description, --owner, --tag, --default or --off.');
  }
  const { after } = await changeFlag(session, key, () => fields);
  await session.show(after, () => flagPage(after, session));
}
