import { Option, type Command } from 'commander';
import { wrongUse } from '../failure.ts';
import { shortTime } from '../flag-page.ts';
import { printable, shownValue } from '../look.ts';
import { tableText } from '../output.ts';
import type { Act, Session } from '../session.ts';

interface Options {
  readonly kind?: string;
  readonly before?: string;
  readonly limit?: string;
}

interface AuditEntry {
  readonly version: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly environment?: string;
  readonly changes: readonly AuditChange[];
}

interface AuditChange {
  readonly kind: string;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** `ffctl audit`: who changed what, the newest first. */
export function addAudit(program: Command, act: Act): void {
  program
    .command('audit')
    .description('Show who changed what, the newest first')
    .argument('[key]', 'only changes of the flag, segment or environment with this key')
    .addOption(
      new Option('--kind <kind>', 'only changes of this kind').choices([
        'flag',
        'segment',
        'environment',
      ]),
    )
    .option('--before <version>', 'only changes before this version')
    .option('--limit <number>', 'at most so many changes')
    .action(act(audit));
}

async function audit(session: Session, key: string | undefined, options: Options): Promise<void> {
  if (session.settings.file !== undefined) {
    throw wrongUse('A file keeps no history; ask the server, or git.');
  }
  const { kind, before, limit } = options;
  const client = await session.client();
  const query = { key, kind, before, limit };
  const answer = await client.send<{ entries: AuditEntry[] }>({ path: ['audit'], query });
  const header = ['version', 'when (UTC)', 'who', 'what', 'where', 'changed'];
  const rows = answer.entries.map((entry) => [
    String(entry.version),
    shortTime(entry.at),
    printable(entry.actor),
    `${printable(entry.action)}${named(entry)}`,
    printable(entry.environment ?? ''),
    entry.changes.map((change) => changeWords(change, entry.environment)).join('; '),
  ]);
  await session.show(answer, () =>
    rows.length === 0
      ? 'There are no such changes.\n'
      : tableText({ header, rows, flexible: [5, 3] }, session.look),
  );
}

function named({ changes }: AuditEntry): string {
  const [first] = changes;
  if (first === undefined) return '';
  const more = changes.length > 1 ? ` and ${String(changes.length - 1)} more` : '';
  return ` ${printable(first.key)}${more}`;
}

/** The fields that differ, with both values where they are short. */
function changeWords({ before, after }: AuditChange, environment: string | undefined): string {
  if (before === null) return 'created';
  if (after === null) return 'deleted';
  // The environment has a column of its own.
  const prefix = `environments.${environment ?? ''}.`;
  const found = differences(before, after, '');
  return found
    .map((each) => (each.startsWith(prefix) ? each.slice(prefix.length) : each))
    .join(', ');
}

function differences(before: unknown, after: unknown, path: string): string[] {
  if (!isObject(before) || !isObject(after)) {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const values = [before, after].map((value) =>
      value === undefined ? 'unset' : shownValue(value),
    );
    const isShort = values.every((value) => value.length <= 24);
    return [isShort ? `${path}: ${values.join(' to ')}` : path];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    differences(
      before[name],
      after[name],
      path === '' ? printable(name) : `${path}.${printable(name)}`,
    ),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
