import type { FlagType } from '@featureflags/core';
import type { Command } from 'commander';
import { archivedFailure, flagCall, readFlag } from '../change.ts';
import { EXIT, Failure } from '../failure.ts';
import type { FlagChange, FlagView } from '../flag.ts';
import { fieldsOf, withFields, type FieldOptions } from '../flag-fields.ts';
import { flagPage } from '../flag-page.ts';
import { collect } from '../position.ts';
import { Refusal } from '../problem.ts';
import { hint, type Act, type Session } from '../session.ts';
import { wrongUse } from '../failure.ts';
import { parseType, parseVariants } from '../variant-input.ts';

interface Options extends FieldOptions {
  readonly type?: string;
  readonly variant?: readonly string[];
  readonly enabled?: boolean;
}

/** `ffctl create`: a new flag; one that is there is left alone. */
export function addCreate(program: Command, act: Act): void {
  withFields(
    program
      .command('create')
      .description('Create a flag; it is off until you enable it')
      .argument('<flag>', 'the key of the new flag'),
  )
    .option('--type <type>', 'boolean, string, number or object; as its variants if left out')
    .option('--variant <name=value>', 'a variant; may be given several times', collect)
    .option('--enabled', 'enable it at once')
    .addHelpText('after', EXAMPLES)
    .action(act(create));
}

const EXAMPLES = `
Examples:
  ffctl create new_checkout --description "New checkout"
  ffctl create color --variant blue=#00f --variant red=#f00 --default blue`;

async function create(session: Session, key: string, options: Options): Promise<void> {
  const client = await session.client('make');
  const body = bodyOf(options);
  const headers = { 'If-None-Match': '*' };
  const call = { ...flagCall(session, key), method: 'POST', body, headers } as const;
  const flag = await client.send<FlagView>(call).catch(async (error: unknown) => {
    throw await explained(error, key, session);
  });
  await session.show(flag, () => `${flagPage(flag, session)}\n${next(session, flag)}\n`);
}

function bodyOf(options: Options): FlagChange {
  const wanted = options.type === undefined ? undefined : parseType(options.type);
  const enabled = options.enabled === true ? { enabled: true } : {};
  const fields = { ...fieldsOf(options), ...enabled };
  if (options.variant === undefined) {
    checkNeedsNone(wanted);
    return { ...(wanted === undefined ? {} : { type: wanted }), ...fields };
  }
  const { type, variants } = parseVariants(options.variant, wanted);
  const names = variants.map(({ name }) => name);
  return { type, variants, ...usual(names, options), ...fields };
}

function checkNeedsNone(type: FlagType | undefined): void {
  if (type === undefined || type === 'boolean') return;
  throw wrongUse(
    `A ${type} flag needs its values: add --variant NAME=VALUE for each, as in --variant blue=#00f.`,
  );
}

/** The first variant stands in where no name says what is on and what is off. */
function usual(names: readonly string[], options: Options): FlagChange {
  const [first = ''] = names;
  const fallback = options.default ?? first;
  return {
    ...(names.includes('off') ? {} : { off: fallback }),
    ...(names.includes('off') && names.includes('on') ? {} : { default: { variant: fallback } }),
  };
}

async function explained(error: unknown, key: string, session: Session): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'ALREADY_EXISTS') return error;
  const { archived } = await readFlag(session, key);
  if (archived) return archivedFailure(session, key, EXIT.conflict);
  return new Failure(
    EXIT.conflict,
    `There is a flag ${key} already; it was not changed. Look at it: ${hint(session, `get ${key}`)}`,
  );
}

function next(session: Session, flag: FlagView): string {
  if (flag.enabled) return `Next: ${hint(session, `evaluate ${flag.key} --user 123`)}`;
  const some = hint(
    session,
    `rollout 10% ${flag.key}${flag.type === 'boolean' ? '' : ' --serve VARIANT'}`,
  );
  return `Next: ${hint(session, `enable ${flag.key}`)} for everybody, ${some} for some.`;
}
