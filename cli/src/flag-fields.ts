import type { Command } from 'commander';
import type { FlagChange } from './flag.ts';
import { collect } from './position.ts';

/** The options of a flag's own fields. */
export interface FieldOptions {
  readonly description?: string;
  readonly default?: string;
  readonly off?: string;
  readonly tag?: readonly string[];
  readonly owner?: string;
}

/** Adds the options that `create` and `set` share. */
export function withFields(command: Command): Command {
  return command
    .option('--description <text>', 'what the flag is for')
    .option('--default <variant>', 'what it serves where no target and no rule does')
    .option('--off <variant>', 'what it serves while it is disabled')
    .option('--tag <tag>', 'a tag; may be given several times', collect)
    .option('--owner <name>', 'who answers for the flag');
}

/** The fields that the options set. */
export function fieldsOf(options: FieldOptions): FlagChange {
  const { description, owner, tag, off } = options;
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tag === undefined ? {} : { tags: tag.filter((each) => each !== '') }),
    ...(off === undefined ? {} : { off }),
    ...(options.default === undefined ? {} : { default: { variant: options.default } }),
  };
}
