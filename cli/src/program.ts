import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { COMMANDS } from './commands.ts';
import { CONFIG_FILE, DEFAULT_ENVIRONMENT, DEFAULT_SERVER } from './config.ts';
import type { Io } from './io.ts';
import { acting } from './session.ts';

/** What `ffctl --version` says; a test holds it equal to package.json. */
export const VERSION = '0.1.0';

const AFTER = `
Settings come from the command line, then from FF_SERVER, FF_ENVIRONMENT, FF_TOKEN and FF_FILE,
then from server, environment, token and file under [cli] in ${CONFIG_FILE}.

Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 not found, 4 conflict (changed in the
meantime, or there already), 5 server not reachable, 10 off (evaluate --exit-code).`;

/** The command line of ffctl with all its commands. */
export function createProgram(io: Io, color: boolean): Command {
  const program = new Command('ffctl')
    .description('The command line of FeatureFlags')
    .usage('[options] <command>')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'say what it does and takes')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, styleTitle: bold, styleCommandText: bold })
    .configureOutput(outputOf(io, color))
    .showHelpAfterError('Run it with --help to see what it takes.')
    .addHelpText('after', AFTER);
  for (const option of globalOptions()) program.addOption(option);
  const act = acting(io);
  for (const [heading, commands] of COMMANDS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, act, io);
  }
  const help = new Command('help').argument('[command]', 'a command');
  return program.addHelpCommand(help.description('Say what a command does and takes'));
}

function bold(text: string): string {
  return styleText('bold', text, { validateStream: false });
}

function outputOf(io: Io, color: boolean): ReturnType<Command['configureOutput']> {
  const width = (): number => io.columns ?? 100;
  return {
    writeOut: io.out,
    writeErr: io.err,
    getOutHelpWidth: width,
    getErrHelpWidth: width,
    getOutHasColors: () => color && io.isTerminal,
    getErrHasColors: () => color && io.isTerminal,
    outputError: (text, write) =>
      write(text.replace(/^error: (.)/, (_, first: string) => `ffctl: ${first}`)),
  };
}

function globalOptions(): Option[] {
  return [
    new Option('--server <address>', `the server (${DEFAULT_SERVER} if left out)`),
    new Option('-e, --environment <name>', `the environment (${DEFAULT_ENVIRONMENT} if left out)`),
    new Option('--token <token>', 'what the server asks for; better in FF_TOKEN'),
    new Option('--file <file>', 'a flags file in place of a server'),
    new Option('--json', 'answer as JSON, for programs'),
    new Option('--yaml', 'answer as YAML, for programs'),
    new Option('--no-color', 'no colors, as with NO_COLOR'),
  ];
}
