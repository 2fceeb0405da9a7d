import type { Json, JsonObject, Trace } from '@featureflags/core';
import type { Command } from 'commander';
import type { Call } from './client.ts';
import type { ContextOptions } from './context-input.ts';
import { printable, shownValue } from './look.ts';
import { collect } from './position.ts';
import type { Session } from './session.ts';

/** What the API answers to "who gets what". */
export interface EvaluationView {
  readonly flag: string;
  readonly enabled: boolean;
  readonly value: Json;
  readonly variant: string;
  readonly reason: string;
  readonly ruleId?: string;
  readonly version: number;
  readonly trace?: Trace;
}

/** Adds the options that say who is asked for. */
export function withContext(command: Command): Command {
  return command
    .argument('<flag>', 'the key of the flag')
    .option('--user <key>', 'the user (the targeting key)')
    .option('--attr <name=value>', 'an attribute; NAME:=JSON for what is not a text', collect)
    .option('--context <json>', 'all attributes as a JSON object, @file, or - for standard input');
}

/** The call that evaluates a flag. */
export function evaluationCall(
  session: Session,
  flag: string,
  context: JsonObject,
  explain: boolean,
): Call {
  const { environment } = session.settings;
  const body = { flag, context, environment, ...(explain ? { explain } : {}) };
  return { path: ['evaluate'], method: 'POST', body };
}

/** How it came to the value, in a line. */
export function reasonWords({ variant, reason, ruleId, version }: EvaluationView): string {
  const rule = ruleId === undefined ? '' : `, rule ${printable(ruleId)}`;
  return `variant ${printable(variant)}, reason ${reason}${rule}, version ${String(version)}`;
}

/** Whom the context is about. */
export function whoWords(context: JsonObject, options: ContextOptions): string {
  const key = options.user ?? context['targetingKey'] ?? context['user_id'];
  return key === undefined ? 'somebody without a key' : shownValue(key);
}
