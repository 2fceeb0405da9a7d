import type { Command } from 'commander';
import { changeFlag, readFlag } from '../change.ts';
import { EXIT, Failure, wrongUse } from '../failure.ts';
import { variantNames, type FlagView, type Serve, type VariantView } from '../flag.ts';
import { printable, shownValue } from '../look.ts';
import { tableText } from '../output.ts';
import { Refusal } from '../problem.ts';
import type { Act, Session } from '../session.ts';
import { parsePair, readValue } from '../variant-input.ts';

const PAIR = 'a variant: expected NAME=VALUE, as in blue=#00f';

/** `ffctl variant`: the values that a flag can have. */
export function addVariant(program: Command, act: Act): void {
  const variant = program
    .command('variant')
    .description('Add, list, remove and set the variants of a flag');
  variant
    .command('add')
    .description('Add a variant')
    .argument('<flag>', 'the key of the flag')
    .argument('<name=value>', 'its name and its value')
    .action(act(add));
  variant
    .command('list')
    .description('List the variants of a flag')
    .argument('<flag>', 'the key of the flag')
    .action(act(list));
  variant
    .command('remove')
    .description('Remove a variant that nothing serves')
    .argument('<flag>', 'the key of the flag')
    .argument('<variant>', 'the name of the variant')
    .action(act(remove));
  variant
    .command('set')
    .description('Give a variant another value')
    .argument('<flag>', 'the key of the flag')
    .argument('<name=value>', 'its name and its new value')
    .action(act(set));
}

async function add(session: Session, key: string, pair: string): Promise<void> {
  const [name, text] = parsePair(pair, PAIR);
  await save(session, key, (flag) => {
    if (variantNames(flag).includes(name)) {
      throw new Failure(
        EXIT.conflict,
        `${key} has a variant ${name} already. Change its value: ffctl variant set ${key} ${pair}`,
      );
    }
    return [...flag.variants, { name, value: readValue(text, flag.type) }];
  });
}

async function set(session: Session, key: string, pair: string): Promise<void> {
  const [name, text] = parsePair(pair, PAIR);
  await save(session, key, (flag) => {
    checkHas(flag, name);
    const value = readValue(text, flag.type);
    return flag.variants.map((each) => (each.name === name ? { name, value } : each));
  });
}

async function remove(session: Session, key: string, name: string): Promise<void> {
  await save(session, key, (flag) => {
    checkHas(flag, name);
    if (flag.variants.length === 1) throw wrongUse(`${key} needs at least one variant.`);
    checkUnused(flag, name);
    return flag.variants.filter((each) => each.name !== name);
  }).catch((error: unknown) => {
    throw usedElsewhere(error, name);
  });
}

async function list(session: Session, key: string): Promise<void> {
  const flag = await readFlag(session, key);
  await session.show(flag.variants, () => variantTable(flag, session));
}

async function save(
  session: Session,
  key: string,
  edit: (flag: FlagView) => VariantView[],
): Promise<void> {
  const { after } = await changeFlag(session, key, (flag) => ({ variants: edit(flag) }));
  await session.show(after, () => variantTable(after, session));
}

function checkUnused(flag: FlagView, name: string): void {
  const uses = usesOf(flag, name);
  if (uses.length === 0) return;
  const message = `${name} is still served by ${uses.join(', ')} of ${flag.key} in ${flag.environment}.`;
  throw new Failure(EXIT.conflict, `${message} Nothing was changed.`);
}

/** Whatever is wrong with a flag that has only lost a variant is wrong for want of it. */
function usedElsewhere(error: unknown, name: string): unknown {
  if (!(error instanceof Refusal) || error.code !== 'INVALID_BODY') return error;
  const places = error.issues.map(({ path }) => printable(path)).join(', ');
  return new Failure(EXIT.conflict, `${name} is still served by ${places}. Nothing was changed.`);
}

/** What is left of a variant here; of other environments only the server knows. */
function usesOf(flag: FlagView, name: string): string[] {
  return [
    ...(flag.off === name ? ['off'] : []),
    ...(flag.targets.some(({ variant }) => variant === name) ? ['targets'] : []),
    ...flag.rules.filter(({ serve }) => serves(serve, name)).map(({ id = '' }) => `rule ${id}`),
    ...(serves(flag.default, name) ? ['default'] : []),
  ].map(printable);
}

function serves(serve: Serve | undefined, name: string): boolean {
  if (serve === undefined) return false;
  return 'variant' in serve
    ? serve.variant === name
    : serve.split.some(({ variant }) => variant === name);
}

function checkHas(flag: FlagView, name: string): void {
  const names = variantNames(flag);
  if (names.includes(name)) return;
  throw new Failure(
    EXIT.notFound,
    `${flag.key} has no variant ${name}; its variants are: ${names.join(', ')}.`,
  );
}

function variantTable(flag: FlagView, { look }: Session): string {
  const rows = flag.variants.map(({ name, value }) => [printable(name), shownValue(value)]);
  return tableText({ header: ['variant', 'value'], rows, flexible: [1] }, look);
}
