import { isKey } from '@featureflags/core';

import type { Occasion } from '../changes.ts';
import { Problem } from '../errors.ts';
import type { ItemChange } from '../stores/store.ts';
import type { Asked } from './route.ts';

/** Printable, so that a name cannot forge lines in what prints it. */
const NAME = /^[\p{L}\p{N}\p{P}\p{S} ]{1,128}$/u;

/** Who changes something and when. `FF-Actor` is what the client says of itself: nobody checks it yet. */
export function occasionOf({
  request,
  now,
  actor: admitted,
}: Pick<Asked<unknown, unknown>, 'request' | 'now' | 'actor'>): Occasion {
  const actor = request.headers.get('ff-actor') ?? admitted;
  if (NAME.test(actor)) return { actor, at: now().toISOString() };
  throw new Problem('INVALID_HEADER', 'FF-Actor takes a name of 1 to 128 printable characters.');
}

/** True if the change made something that was not there. */
export function isCreation([first]: readonly ItemChange[]): boolean {
  return first?.before === null;
}

/** The key of something that may be made. @throws INVALID_KEY */
export function checkedKey(key: string): string {
  if (isKey(key)) return key;
  const rule = '1 to 128 letters, digits, ".", "_" or "-", first a letter or digit';
  throw new Problem('INVALID_KEY', `${JSON.stringify(key)} is not a key: ${rule}.`);
}
