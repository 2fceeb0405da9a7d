import type { Command } from 'commander';
import { serverSettings } from '../local.ts';
import { shownValue } from '../look.ts';
import { tableText } from '../output.ts';
import type { Act, Session } from '../session.ts';
import { serverArguments, withServerOptions } from './serve.ts';

/** `ffctl config`: the settings a server would run with. */
export function addConfig(program: Command, act: Act): void {
  withServerOptions(
    program
      .command('config')
      .description('Show the settings that ffctl serve would run with, and where they come from'),
  ).action(async (options: unknown, command: Command) => {
    const work = async (session: Session): Promise<void> =>
      config(session, serverArguments(command));
    await act(work)(options, command);
  });
}

async function config(session: Session, args: readonly string[]): Promise<void> {
  const settings = await serverSettings(args);
  const header = ['setting', 'value', 'from'];
  const rows = settings.map(({ name, value, source }) => [name, shownValue(value), source]);
  await session.show(settings, () => tableText({ header, rows, flexible: [1] }, session.look));
}
