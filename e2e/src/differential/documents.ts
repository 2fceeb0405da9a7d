import type { Json } from '@featureflags/core';

import { broken } from './broken.ts';
import { HUGE } from './pools.ts';
import { randomContext } from './random-context.ts';
import { FLAG_KEYS, randomSnapshot } from './random-snapshot.ts';
import { Random } from './random.ts';

/** How much there is to compare. */
export interface Amount {
  readonly snapshots: number;
  /** Evaluations for each snapshot. */
  readonly evaluations: number;
  /** Documents with something wrong in them, which are only parsed. */
  readonly broken: number;
}

/** One line for each thing that an evaluator is asked: a document to read, a flag to evaluate. */
export function* documents(seed: number, amount: Amount): Generator<string> {
  const random = new Random(seed);
  for (let index = 0; index < amount.snapshots; index += 1) {
    const snapshot = randomSnapshot(random);
    yield line({ snapshot });
    for (let each = 0; each < amount.evaluations; each += 1) {
      yield line({ flag: random.pick(FLAG_KEYS), context: randomContext(random) });
    }
  }
  for (let index = 0; index < amount.broken; index += 1) {
    yield line({ snapshot: broken(random, randomSnapshot(random)) });
    yield line({ flag: random.pick(FLAG_KEYS), context: randomContext(random) });
  }
}

/** ASCII only: readers of lines disagree on what else ends one. */
function line(value: Json): string {
  return JSON.stringify(value)
    .replaceAll(`"${HUGE}"`, '1e400')
    .replace(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
