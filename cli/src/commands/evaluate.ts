import type { Command } from 'commander';
import { whyMissing } from '../change.ts';
import { readContext, type ContextOptions } from '../context-input.ts';
import { evaluationCall, reasonWords, withContext, type EvaluationView } from '../evaluation.ts';
import { EXIT, Failure } from '../failure.ts';
import { shownValue } from '../look.ts';
import type { Act, Session } from '../session.ts';

interface Options extends ContextOptions {
  readonly exitCode?: boolean;
}

/** `ffctl evaluate`: what a user gets. */
export function addEvaluate(program: Command, act: Act): void {
  const command = program.command('evaluate').description('Say what a user gets');
  withContext(command)
    .option('--exit-code', `exit with ${String(EXIT.off)} if the flag is off for the user`)
    .addHelpText('after', EXAMPLES)
    .action(act(evaluate));
}

const EXAMPLES = `
Examples:
  ffctl evaluate new_checkout --user 123 --attr country=US
  ffctl evaluate new_checkout --user 123 --attr age:=30 --attr 'tags:=["a","b"]'
  if ffctl evaluate new_checkout --user 123 --exit-code >/dev/null; then ...`;

async function evaluate(session: Session, key: string, options: Options): Promise<void> {
  const context = await readContext(options, session.io);
  const client = await session.client();
  const call = evaluationCall(session, key, context, false);
  const answer = await client.send<EvaluationView>(call).catch(async (error: unknown) => {
    throw await whyMissing(session, key, error);
  });
  await session.show(answer, () => {
    const value = session.look.paint('bold', shownValue(answer.value));
    return `${value}\n${session.look.paint('dim', reasonWords(answer))}\n`;
  });
  if (options.exitCode === true && !answer.enabled) throw new Failure(EXIT.off, '');
}
