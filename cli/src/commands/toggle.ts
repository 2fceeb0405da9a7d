import type { Command } from 'commander';
import { changeFlag, type Changed } from '../change.ts';
import type { FlagView } from '../flag.ts';
import type { Act, Session } from '../session.ts';
import { stateWords } from '../words.ts';

/** What becomes of `enabled`. */
type Switch = (enabled: boolean) => boolean;

/** `ffctl toggle`: on if it was off, off if it was on. */
export function addToggle(program: Command, act: Act): void {
  addSwitch(program, act, {
    name: 'toggle',
    description: 'Enable a flag that is disabled, disable one that is enabled',
    turn: (enabled) => !enabled,
  });
}

/** Adds a command that changes `enabled`. */
export function addSwitch(
  program: Command,
  act: Act,
  { name, description, turn }: { name: string; description: string; turn: Switch },
): void {
  program
    .command(name)
    .description(description)
    .argument('<flag>', 'the key of the flag')
    .action(act(async (session: Session, key: string) => flip(session, key, turn)));
}

async function flip(session: Session, key: string, turn: Switch): Promise<void> {
  const changed = await changeFlag(session, key, ({ enabled }) =>
    turn(enabled) === enabled ? undefined : { enabled: turn(enabled) },
  );
  await session.show(changed.after, () => `${words(changed)}\n`);
}

function words({ before, after }: Changed<FlagView>): string {
  const { key, environment, enabled } = after;
  const already = before.enabled === enabled ? 'already ' : '';
  if (!enabled) {
    return `${key} is ${already}disabled in ${environment}: everybody gets ${after.off ?? 'off'}.`;
  }
  return `${key} is ${already}enabled in ${environment}: ${gets(after)}.`;
}

function gets(flag: FlagView): string {
  const state = stateWords(flag);
  if (flag.rules.length > 0 || flag.targets.length > 0) {
    return 'its rules decide who gets what';
  }
  return state === 'split' ? 'everybody gets a share of the split' : `everybody gets ${state}`;
}
