import { Option, type Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { readNamed } from '../files.ts';
import type { Io } from '../io.ts';
import { counted } from '../output.ts';
import { confirm, type Act, type Session } from '../session.ts';

interface Options {
  readonly mode: 'merge' | 'replace';
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Imported {
  readonly version: number;
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: number;
}

/** `ffctl import`: takes over a document that `ffctl export` wrote. */
export function addImport(program: Command, act: Act): void {
  const modes = new Option(
    '--mode <mode>',
    'merge keeps what the file does not name; replace deletes it',
  )
    .choices(['merge', 'replace'])
    .default('merge');
  program
    .command('import')
    .description('Take over the flags, segments and environments of a file')
    .argument('<file>', 'YAML or JSON as ffctl export writes it; - for standard input')
    .addOption(modes)
    .option('--dry-run', 'only say what would change')
    .option('--yes', 'with --mode replace: do not ask')
    .action(act(importProject));
}

async function importProject(session: Session, file: string, options: Options): Promise<void> {
  const read = await readDocument(file, session.io);
  // Replacing, a file that was cut off after `flags:` would delete them all: the server refuses it.
  const document = options.mode === 'merge' ? withoutNulls(read) : read;
  if (options.dryRun !== true) await confirmDeletions(session, document, options);
  const result = await send(session, document, options);
  await session.show(result, () => words(result, options.dryRun === true));
}

async function send(session: Session, body: unknown, options: Options): Promise<Imported> {
  const client = await session.client('make');
  const query = { mode: options.mode, dryRun: options.dryRun === true ? 'true' : undefined };
  return client.send<Imported>({ path: ['import'], method: 'POST', query, body });
}

/** Where somebody is there to be asked, replacing does not silently delete. */
async function confirmDeletions(
  session: Session,
  document: unknown,
  options: Options,
): Promise<void> {
  if (options.mode !== 'replace' || options.yes === true || !session.io.isInteractive) return;
  const { deleted } = await send(session, document, { ...options, dryRun: true });
  if (deleted.length === 0) return;
  const what = `Deletes ${deleted.join(', ')}.`;
  await confirm(session, what, { word: 'replace', yes: options.yes });
}

async function readDocument(file: string, io: Io): Promise<unknown> {
  const text = await readNamed(file, io);
  const { parse } = await import('yaml');
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new Failure(EXIT.failed, `${file} is not YAML: ${(error as Error).message}`);
  }
}

/** A heading with nothing below it says nothing, as where a server reads the file itself. */
function withoutNulls(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

function words(result: Imported, isDry: boolean): string {
  const { created, changed, deleted, unchanged } = result;
  const lists = [
    ...created.map((entry) => `  + ${entry}`),
    ...changed.map((entry) => `  ~ ${entry}`),
    ...deleted.map((entry) => `  - ${entry}`),
  ];
  const would = isDry ? 'It would be: ' : '';
  const counts = [
    `${String(created.length)} created`,
    `${String(changed.length)} changed`,
    `${String(deleted.length)} deleted`,
    `${counted(unchanged, 'entry').replace(/entrys$/, 'entries')} unchanged`,
  ].join(', ');
  const end = isDry ? ' Nothing was changed.' : '';
  return [...lists, `${would}${counts}.${end}`, ''].join('\n');
}
