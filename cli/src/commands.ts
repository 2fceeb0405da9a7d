import type { Command } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addCheck } from './commands/check.ts';
import { addCodegen } from './commands/codegen.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addCreate } from './commands/create.ts';
import { addDelete } from './commands/delete.ts';
import { addDisable } from './commands/disable.ts';
import { addEnable } from './commands/enable.ts';
import { addEnv } from './commands/env.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addGet } from './commands/get.ts';
import { addHealth } from './commands/health.ts';
import { addImport } from './commands/import.ts';
import { addList } from './commands/list.ts';
import { addRestore } from './commands/restore.ts';
import { addRollout } from './commands/rollout.ts';
import { addRule } from './commands/rule.ts';
import { addSegment } from './commands/segment.ts';
import { addServe } from './commands/serve.ts';
import { addSet } from './commands/set.ts';
import { addTarget } from './commands/target.ts';
import { addToggle } from './commands/toggle.ts';
import { addVariant } from './commands/variant.ts';
import type { Io } from './io.ts';
import type { Act } from './session.ts';

type Add = (program: Command, act: Act, io: Io) => void;

/** Every command, in the order and under the headings of the help. */
export const COMMANDS: readonly (readonly [heading: string, commands: readonly Add[]])[] = [
  [
    'Flags:',
    [addCreate, addList, addGet, addSet, addEnable, addDisable, addToggle, addDelete, addRestore],
  ],
  ['Who gets what:', [addRollout, addRule, addVariant, addTarget, addSegment, addEnv]],
  ['Answers:', [addEvaluate, addExplain, addAudit]],
  ['Files:', [addExport, addImport, addCheck, addCodegen]],
  ['Server and shell:', [addServe, addConfig, addHealth, addCompletion]],
];
