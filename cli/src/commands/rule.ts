import type { Command } from 'commander';
import { changeFlag, readFlag } from '../change.ts';
import { EXIT, Failure } from '../failure.ts';
import type { FlagView } from '../flag.ts';
import { ruleTable } from '../flag-page.ts';
import { parsePosition } from '../position.ts';
import { hint, type Act, type Session } from '../session.ts';
import { movedDefault, serveWords } from '../words.ts';
import { addRuleAdd } from './rule-add.ts';

/** `ffctl rule`: the rules of a flag. */
export function addRule(program: Command, act: Act): void {
  const rule = program
    .command('rule')
    .description('Add, list, remove and move the rules of a flag');
  addRuleAdd(rule, act);
  rule
    .command('list')
    .description('List the rules of a flag, in their order')
    .argument('<flag>', 'the key of the flag')
    .action(act(list));
  rule
    .command('remove')
    .description('Remove a rule')
    .argument('<flag>', 'the key of the flag')
    .argument('<rule>', 'the id of the rule')
    .action(act(remove));
  rule
    .command('move')
    .description('Move a rule: the first one that applies serves')
    .argument('<flag>', 'the key of the flag')
    .argument('<rule>', 'the id of the rule')
    .requiredOption('--to <place>', 'first, last or a number')
    .action(act(move));
}

async function list(session: Session, key: string): Promise<void> {
  const flag = await readFlag(session, key);
  await session.show(flag.rules, () => rulesText(flag, session));
}

async function remove(session: Session, key: string, id: string): Promise<void> {
  const { before, after } = await changeFlag(session, key, (flag) => {
    const index = indexOf(flag, id);
    return { rules: flag.rules.toSpliced(index, 1) };
  });
  const moved = movedDefault(before, after);
  await session.show(after, () => {
    const done = `Removed rule ${id} from ${key} in ${after.environment}.\n`;
    return moved === '' ? done : `${done}${moved}\n`;
  });
}

async function move(
  session: Session,
  key: string,
  id: string,
  options: { readonly to: string },
): Promise<void> {
  const { after } = await changeFlag(session, key, (flag) => {
    const from = indexOf(flag, id);
    const to = parsePosition(options.to, flag.rules.length);
    if (from === to) return undefined;
    const rest = flag.rules.toSpliced(from, 1);
    return { rules: rest.toSpliced(to, 0, ...flag.rules.slice(from, from + 1)) };
  });
  await session.show(after, () => rulesText(after, session));
}

function indexOf(flag: FlagView, id: string): number {
  const index = flag.rules.findIndex((rule) => rule.id === id);
  if (index !== -1) return index;
  const ids = flag.rules.map((rule) => rule.id).join(', ');
  const there = ids === '' ? 'it has no rules' : `its rules are: ${ids}`;
  throw new Failure(
    EXIT.notFound,
    `${flag.key} has no rule ${id} in ${flag.environment}; ${there}.`,
  );
}

function rulesText(flag: FlagView, session: Session): string {
  const { key, environment } = flag;
  if (flag.rules.length === 0) {
    const add = hint(session, `rule add ${key} --when country=US --serve on`);
    return `${key} has no rules in ${environment}. Add one: ${add}\n`;
  }
  const last = `Whoever none of them serves gets ${serveWords(flag.default)}.`;
  const state = flag.enabled ? '' : ` ${key} is disabled in ${environment}: nobody is served yet.`;
  return `${ruleTable(flag, session.look)}${last}${state}\n`;
}
