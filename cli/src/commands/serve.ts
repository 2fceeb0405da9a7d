import type { Command } from 'commander';
import { Failure, type ExitCode } from '../failure.ts';
import { runServer } from '../local.ts';
import { serverWords } from '../server-words.ts';

/** `ffctl serve`: a server in this process. What it takes, its own configuration decides. */
export function addServe(program: Command): void {
  withServerOptions(
    program.command('serve').description('Start a server in this terminal, until Ctrl-C'),
  ).action(async (_options: unknown, command: Command) => {
    const code = await runServer(serverArguments(command));
    if (code !== 0) throw new Failure(code as ExitCode, '');
  });
}

/** What was written around the command's name, but for what decides how ffctl itself answers. */
export function serverArguments(command: Command): string[] {
  const { rawArgs } = command.parent as Command & { readonly rawArgs: readonly string[] };
  return serverWords(rawArgs, command.name());
}

/** Lists the usual options in the help; the server itself reads them, and all others. */
export function withServerOptions(command: Command): Command {
  return command.allowUnknownOption().allowExcessArguments().addHelpText('after', SERVER_OPTIONS);
}

const SERVER_OPTIONS = `
Server options:
  --storage <kind>            sqlite, yaml or memory
  --data <folder>             where the database lies
  --flags-path <file>         the flags file of --storage yaml
  --host <address>            the address to listen on
  --port <number>             the port to listen on; 0 takes a free one
  --insecure                  ask nobody for a token, beyond this machine either
  --admin-token <token>       the token that requests need; better in FF_ADMIN_TOKEN
  --environment <name>        the environment of requests that name none
  --log <form>                auto, text or json
  --log-level <level>         debug, info, warn or error
  --log-requests <which>      all, errors or none
  --body-limit <bytes>        the largest request
  --shutdown-timeout <s>      how long running requests get at the end, in seconds
  --stream-heartbeat <s>      how often a quiet stream shows that it lives, in seconds
  --cors-origins <sites>      sites whose pages may evaluate flags
  --config <file>             another file than featureflags.toml

ffctl config lists them all with their values.`;
