import type { Command } from 'commander';
import { changeFlag, type Changed } from '../change.ts';
import { CONDITION_FORMS, parseConditions } from '../condition.ts';
import { wrongUse } from '../failure.ts';
import { isCatchAll, ROLLOUT_RULE, type FlagView, type RuleView } from '../flag.ts';
import { collect, parsePosition } from '../position.ts';
import { parsePercent, parseServe } from '../serving.ts';
import { hint, type Act, type Session } from '../session.ts';
import { movedDefault, rolloutWords, serveWords, whenWords } from '../words.ts';

interface Options {
  readonly when?: readonly string[];
  readonly serve: string;
  readonly rollout?: string;
  readonly by?: string;
  readonly id?: string;
  readonly description?: string;
  readonly at?: string;
}

/** `ffctl rule add`. */
export function addRuleAdd(rule: Command, act: Act): void {
  rule
    .command('add')
    .description('Add a rule: who gets which variant')
    .argument('<flag>', 'the key of the flag')
    .option('--when <condition>', 'a condition; may be given several times, all must hold', collect)
    .requiredOption('--serve <variant>', 'a variant, or variants with weights: a=50,b=50')
    .option('--rollout <percent>', 'only for this share of those whom the conditions hold for')
    .option('--by <attribute>', 'what the rollout and the weights go by; the user if left out')
    .option('--id <id>', "the rule's id; r1, r2, ... if left out")
    .option('--description <text>', 'why the rule is there')
    .option('--at <place>', 'first, last or a number; before the rollout for everybody if left out')
    .addHelpText('after', `\nConditions:\n${conditionHelp()}\n${EXAMPLES}`)
    .action(act(add));
}

function conditionHelp(): string {
  const width = Math.max(...CONDITION_FORMS.map(([form]) => form.length));
  return CONDITION_FORMS.map(([form, meaning]) => `  ${form.padEnd(width)}  ${meaning}`).join('\n');
}

const EXAMPLES = `
Examples:
  ffctl rule add new_checkout --when country=US --serve on
  ffctl rule add new_checkout --when plan=pro --when 'age>=18' --serve on --rollout 25%
  ffctl rule add color --serve blue=1,red=1`;

async function add(session: Session, key: string, options: Options): Promise<void> {
  const rule = ruleOf(options);
  const changed = await changeFlag(session, key, (flag) => {
    checkId(flag, rule);
    return { rules: flag.rules.toSpliced(placeOf(flag, options.at), 0, rule) };
  });
  await session.show(changed.after, () => `${words(changed, session).join('\n')}\n`);
}

function ruleOf(options: Options): RuleView {
  const { id, description, rollout, by } = options;
  const bySpread = by === undefined ? {} : { by };
  const serve = parseServe(options.serve, by);
  if (by !== undefined && rollout === undefined && 'variant' in serve) {
    throw wrongUse('--by says what a share goes by: it needs --rollout, or weights in --serve.');
  }
  return {
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    when: (options.when ?? []).flatMap(parseConditions),
    ...(rollout === undefined ? {} : { rollout: { percent: parsePercent(rollout), ...bySpread } }),
    serve,
  };
}

function checkId(flag: FlagView, rule: RuleView): void {
  if (rule.id === undefined || flag.rules.every(({ id }) => id !== rule.id)) return;
  throw wrongUse(
    `${flag.key} has a rule ${rule.id} already. Choose another --id, or remove that one first: ` +
      `ffctl rule remove ${flag.key} ${rule.id}`,
  );
}

function placeOf(flag: FlagView, at: string | undefined): number {
  if (at !== undefined) return parsePosition(at, flag.rules.length + 1);
  const rollout = flag.rules.findIndex((rule) => rule.id === ROLLOUT_RULE && isCatchAll(rule));
  return rollout === -1 ? flag.rules.length : rollout;
}

function words({ before, after }: Changed<FlagView>, session: Session): string[] {
  const ids = new Set(before.rules.map(({ id }) => id));
  const index = after.rules.findIndex(({ id }) => !ids.has(id));
  const rule = after.rules[index];
  if (rule === undefined) return [`Added the rule to ${after.key}.`];
  const { arrow } = session.look;
  const place = `${String(index + 1)} of ${String(after.rules.length)}`;
  const share = rolloutWords(rule);
  const who = share === '' ? whenWords(rule.when) : `${whenWords(rule.when)}, ${share} of them`;
  return [
    `Added rule ${rule.id ?? ''} (${place}) to ${after.key} in ${after.environment}: ` +
      `${who} ${arrow} ${serveWords(rule.serve)}`,
    unreached(after, index),
    movedDefault(before, after),
    idle(session, after),
  ].filter((line) => line !== '');
}

function unreached(flag: FlagView, index: number): string {
  const before = flag.rules.slice(0, index);
  const all = before.find((rule) => isCatchAll(rule) && rule.rollout === undefined);
  if (all === undefined) return '';
  const move = `ffctl rule move ${flag.key} ${flag.rules[index]?.id ?? ''} --to first`;
  return `Rule ${all.id ?? ''} comes before it and serves everybody, so this one serves nobody: ${move}`;
}

function idle(session: Session, flag: FlagView): string {
  if (flag.enabled) return '';
  const enable = hint(session, `enable ${flag.key}`);
  return `${flag.key} is disabled in ${flag.environment}, so the rule serves nobody yet. Enable it: ${enable}`;
}
