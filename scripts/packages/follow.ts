import assert from 'node:assert/strict';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import type { Command, Place } from './command.ts';
import { start } from './running.ts';
import { setText } from './served.ts';

/** The applications of the end-to-end tests that say what a flag serves, at every change. */
export const FOLLOWERS: Readonly<Record<'typescript' | 'python' | 'rust', string>> = {
  typescript: join(ROOT, 'e2e/src/follow/follow.ts'),
  python: join(ROOT, 'e2e/src/follow/follow.py'),
  rust: join(ROOT, 'sdks/rust/examples/follow.rs'),
};

/**
 * Runs an application that uses a client, and changes the flag that it follows.
 * @param url of a server
 * @throws Error if it does not serve what the flag is, before and after the change
 */
export async function follows(command: Command, place: Place, url: string): Promise<string> {
  await setText(url, 'colour', 'blue');
  const application = start([...command, url, 'colour', join(place.cwd, 'cache')], place);
  const ready = await application.says(({ why }) => why === 'ready', 'that it is ready');
  assert.equal(ready['value'], 'blue');
  await setText(url, 'colour', 'red');
  await application.says(({ value }) => value === 'red', 'that the flag serves red');
  const { code, err } = await application.end();
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  return 'follows a flag of the server';
}
