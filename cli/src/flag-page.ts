import type { Settings } from './config.ts';
import type { FlagView } from './flag.ts';
import { printable, shownValue, type Look } from './look.ts';
import { counted, fieldsText, tableText } from './output.ts';
import type { Session } from './session.ts';
import { rolloutWords, serveWords, stateWords, valueWords, whenWords } from './words.ts';

/** One flag on a page, for people. */
export function flagPage(flag: FlagView, session: Pick<Session, 'look' | 'settings'>): string {
  const { look, settings } = session;
  const { description } = flag;
  const title = look.paint('bold', flag.key);
  return [
    description === '' ? `${title}\n` : `${title}: ${printable(description)}\n`,
    fieldsText([...fields(flag, look), ...timesOf(flag, settings), ...useOf(flag, settings)], look),
    flag.rules.length === 0 ? '' : `\n${ruleTable(flag, look)}`,
  ].join('');
}

/** The rules of a flag in their order, in words. */
export function ruleTable(flag: FlagView, look: Look): string {
  return tableText(
    {
      header: ['#', 'rule', 'when', 'rollout', 'serve', 'description'],
      rows: flag.rules.map((rule, index) => [
        String(index + 1),
        printable(rule.id ?? ''),
        whenWords(rule.when),
        rolloutWords(rule),
        serveWords(rule.serve),
        printable(rule.description ?? ''),
      ]),
      flexible: [2, 5],
    },
    look,
  );
}

/** A day and a time, in UTC, short enough for a table. */
export function shortTime(time: string): string {
  return printable(time).slice(0, 16).replace('T', ' ');
}

function fields(flag: FlagView, look: Look): [string, string][] {
  return [
    ['state', `${paintedState(flag, look)} in ${flag.environment}`],
    ['elsewhere', elsewhere(flag)],
    ['type', flag.type],
    ['variants', variantWords(flag)],
    ['disabled', `serves ${flag.off ?? ''}${flag.enabled ? '' : ' to everybody now'}`],
    ['requires', requirementWords(flag)],
    ['targets', targetWords(flag)],
    ['default', defaultWords(flag)],
    ['tags', flag.tags.map(printable).join(', ')],
    ['owner', printable(flag.owner)],
    ['metadata', Object.keys(flag.metadata).length === 0 ? '' : shownValue(flag.metadata)],
    ['salt', flag.salt === flag.key ? '' : printable(flag.salt)],
    ['version', String(flag.version)],
  ];
}

/** The times of what has a history; those of a file are of the moment it was read. */
export function timesOf(
  { createdAt, updatedAt }: { readonly createdAt: string; readonly updatedAt: string },
  { file }: Pick<Settings, 'file'>,
): [string, string][] {
  if (file !== undefined) return [];
  return [
    ['created', `${shortTime(createdAt)} UTC`],
    ['changed', updatedAt === createdAt ? '' : `${shortTime(updatedAt)} UTC`],
  ];
}

/** When and how often a flag was evaluated; a file counts nothing. */
function useOf(
  { lastEvaluated, evaluations = {} }: FlagView,
  { file }: Pick<Settings, 'file'>,
): [string, string][] {
  if (file !== undefined || lastEvaluated === undefined) return [];
  if (lastEvaluated === null) return [['evaluated', 'never, as far as the server was told']];
  const counts = Object.entries(evaluations).map(
    ([variant, { count }]) => `${printable(variant)} ${counted(count, 'time')}`,
  );
  return [['evaluated', [`last ${shortTime(lastEvaluated)} UTC`, ...counts].join(', ')]];
}

/** A flag's state, green where it is on. */
export function paintedState(flag: FlagView, look: Look): string {
  return look.paint(flag.enabled && !flag.archived ? 'green' : 'dim', stateWords(flag));
}

/** What the answer has of the others is the switch, not who gets what. */
function elsewhere(flag: FlagView): string {
  return Object.entries(flag.environments)
    .filter(([name]) => name !== flag.environment)
    .map(([name, { enabled }]) => `${enabled ? 'enabled' : 'disabled'} in ${printable(name)}`)
    .join(', ');
}

const OF_SWITCH: Readonly<Record<string, unknown>> = { on: true, off: false };

function variantWords({ variants }: FlagView): string {
  return variants
    .map(({ name, value }) => (OF_SWITCH[name] === value ? name : `${name} = ${shownValue(value)}`))
    .join(', ');
}

function requirementWords({ requires }: FlagView): string {
  return requires.map(({ flag, variants }) => `${flag} is ${valueWords(variants)}`).join(', ');
}

function targetWords({ targets }: FlagView): string {
  return targets
    .map(({ variant, keys }) => `${printable(variant)} for ${valueWords(keys, 'and')}`)
    .join('; ');
}

function defaultWords(flag: FlagView): string {
  const isAll = flag.rules.length === 0 && flag.targets.length === 0;
  return `${serveWords(flag.default)}${isAll ? '' : ', whom no rule or target serves'}`;
}
