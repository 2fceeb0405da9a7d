import type { Command } from 'commander';
import { changeFlag, type Changed } from '../change.ts';
import { wrongUse } from '../failure.ts';
import {
  isCatchAll,
  ROLLOUT_RULE,
  variantNames,
  type FlagChange,
  type FlagView,
  type RuleView,
} from '../flag.ts';
import { counted } from '../output.ts';
import { parsePercent, parseServe, readPercent } from '../serving.ts';
import type { Act, Session } from '../session.ts';
import { movedDefault, percentWords, serveWords } from '../words.ts';

interface Options {
  readonly serve?: string;
  readonly by?: string;
}

interface Wish extends Options {
  readonly percent: number;
}

/** `ffctl rollout`: keeps one rule that serves a share of everybody. */
export function addRollout(program: Command, act: Act): void {
  program
    .command('rollout')
    .description('Roll a flag out to a percentage of users, and enable it')
    .argument('<percent>', 'from 0% to 100%; the order of the two does not matter')
    .argument('<flag>', 'the key of the flag')
    .option('--serve <variant>', 'what they get; on if left out')
    .option('--by <attribute>', 'what decides who is inside; the user if left out')
    .addHelpText('after', EXAMPLES)
    .action(act(rollout));
}

const EXAMPLES = `
Raising the percentage only ever adds users: nobody who has the flag loses it.

Examples:
  ffctl rollout 10% new_checkout
  ffctl rollout 50% new_checkout --by company`;

async function rollout(
  session: Session,
  first: string,
  second: string,
  options: Options,
): Promise<void> {
  const { key, percent } = readOperands(first, second);
  const wish = { ...options, percent: parsePercent(percent) };
  const changed = await changeFlag(session, key, (flag) => edit(flag, wish));
  await session.show(changed.after, () => `${words(changed).join('\n')}\n`);
}

/** `10% flag` or `flag 10%`; where both could be a percentage, the first one is. */
function readOperands(first: string, second: string): { key: string; percent: string } {
  const isSecond =
    (second.endsWith('%') && !first.endsWith('%')) ||
    (readPercent(first) === undefined && readPercent(second) !== undefined);
  return isSecond ? { key: first, percent: second } : { key: second, percent: first };
}

function edit(flag: FlagView, wish: Wish): FlagChange | undefined {
  const before = findRollout(flag);
  const after = edited(flag, before, wish);
  const isSame = flag.enabled && JSON.stringify(before) === JSON.stringify(after);
  if (isSame) return undefined;
  const rules =
    before === undefined
      ? [...flag.rules, after]
      : flag.rules.map((rule) => (rule === before ? after : rule));
  return { rules, ...(flag.enabled ? {} : { enabled: true }) };
}

function edited(flag: FlagView, before: RuleView | undefined, wish: Wish): RuleView {
  const { percent, by } = wish;
  if (before === undefined) {
    const rolled = { percent, ...(by === undefined ? {} : { by }) };
    return { id: ROLLOUT_RULE, when: [], rollout: rolled, serve: parseServe(servedOf(flag, wish)) };
  }
  const rolled = { ...before.rollout, percent, ...(by === undefined ? {} : { by }) };
  const serve = wish.serve === undefined ? before.serve : parseServe(wish.serve);
  return { ...before, rollout: rolled, serve };
}

function servedOf(flag: FlagView, { serve }: Wish): string {
  if (serve !== undefined) return serve;
  const names = variantNames(flag);
  if (flag.type === 'boolean' && names.includes('on')) return 'on';
  throw wrongUse(
    `Say which variant of ${flag.key} is rolled out: --serve ${names.join(' or --serve ')}.`,
  );
}

function findRollout(flag: FlagView): RuleView | undefined {
  return flag.rules.find(({ id }) => id === ROLLOUT_RULE);
}

function words({ before, after }: Changed<FlagView>): string[] {
  const rule = findRollout(after);
  if (rule === undefined) return [`${after.key} has no rule ${ROLLOUT_RULE} any more.`];
  const was = findRollout(before)?.rollout?.percent;
  const is = rule.rollout?.percent ?? 100;
  const from = was === undefined || was === is ? '' : `, ${percentWords(was)} before`;
  const by = rule.rollout?.by ?? 'targetingKey';
  const whom = by === 'targetingKey' ? 'users' : `what is in ${by}`;
  const who = isCatchAll(rule) ? whom : `${whom} that the rule's conditions hold for`;
  const served = serveWords(rule.serve);
  return [
    `${after.key} serves ${served} to ${percentWords(is)} of ${who} in ${after.environment}${from}.`,
    before.enabled ? '' : `It was disabled; it is enabled now.`,
    earlier(after),
    movedDefault(before, after),
  ].filter((line) => line !== '');
}

/** The rollout only reaches those whom nothing before it serves. */
function earlier(flag: FlagView): string {
  const rules = flag.rules.findIndex(({ id }) => id === ROLLOUT_RULE);
  const targets = flag.targets.length > 0 ? 'its targets' : '';
  const others = rules > 0 ? counted(rules, 'rule') : '';
  const before = [targets, others].filter((part) => part !== '').join(', ');
  return before === '' ? '' : `Decided before it: ${before} (ffctl get ${flag.key}).`;
}
