import type { Command } from 'commander';
import { whyMissing } from '../change.ts';
import { readContext, type ContextOptions } from '../context-input.ts';
import {
  evaluationCall,
  reasonWords,
  whoWords,
  withContext,
  type EvaluationView,
} from '../evaluation.ts';
import { shownValue } from '../look.ts';
import type { Act, Session } from '../session.ts';
import { traceText } from '../trace-words.ts';

/** `ffctl explain`: what a user gets, and why, step by step. */
export function addExplain(program: Command, act: Act): void {
  const command = program
    .command('explain')
    .description('Say what a user gets and why, step by step');
  withContext(command).addHelpText('after', EXAMPLES).action(act(explain));
}

const EXAMPLES = `
Example:
  ffctl explain new_checkout --user 123 --attr country=US`;

async function explain(session: Session, key: string, options: ContextOptions): Promise<void> {
  const { look, settings } = session;
  const context = await readContext(options, session.io);
  const client = await session.client();
  const call = evaluationCall(session, key, context, true);
  const answer = await client.send<EvaluationView>(call).catch(async (error: unknown) => {
    throw await whyMissing(session, key, error);
  });
  await session.show(answer, () => {
    const value = look.paint('bold', shownValue(answer.value));
    const who = whoWords(context, options);
    return [
      `${key} is ${value} for ${who} in ${settings.environment}`,
      look.paint('dim', `(${reasonWords(answer)})`),
      '',
      traceText(answer.trace ?? [], look),
    ].join('\n');
  });
}
