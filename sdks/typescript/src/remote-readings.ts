import type { Trace } from '@featureflags/core';

import type { Reading } from './asking.ts';
import type { Answer } from './details.ts';
import type { Explained } from './evaluator.ts';
import { parsedJson } from './json.ts';
import { memberOf, readBulk, readItem, refusedAnswer } from './ofrep.ts';

/** A flag as OFREP answers it. */
export function itemReading(key: string): Reading<Answer> {
  return {
    read: (text) => readItem(parsedJson(text), key),
    refused: (failure) => refusedAnswer(key, failure),
  };
}

/** `enabled` of the server's own call says of a flag of any type whether it is on. */
export function enabledReading(key: string): Reading<Answer> {
  return {
    read: (text) => {
      const { enabled } = memberOf(parsedJson(text));
      return typeof enabled === 'boolean' ? { ...NOTHING, key, value: enabled } : undefined;
    },
    refused: (failure) => refusedAnswer(key, failure),
  };
}

const NOTHING = { reason: 'STATIC', metadata: {} } as const;

/** A flag with its trace, as the server's own call answers it. */
export function explainedReading(key: string): Reading<Explained | Answer> {
  return {
    read: (text) => {
      const said = memberOf(parsedJson(text));
      const { ruleId, trace } = said;
      const item = readItem(said, key);
      if (item === undefined || !Array.isArray(trace)) return undefined;
      const result = typeof ruleId === 'string' ? { ...item, ruleId } : item;
      return { result, trace: trace as Trace };
    },
    refused: (failure) => refusedAnswer(key, failure),
  };
}

/** All flags as OFREP answers them. */
export const BULK: Reading<ReadonlyMap<string, Answer>> = {
  read: (text) => readBulk(text)?.answers,
  refused: () => undefined,
};
