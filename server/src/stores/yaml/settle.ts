import { Problem } from '../../errors.ts';
import type { Text } from './disk.ts';
import type { File } from './file.ts';
import type { Pace } from './watch.ts';

/** Somebody is saving the file and has not come to an end. */
export class Unsettled extends Problem {
  constructor(name: string) {
    const detail = `${name} is being written; try again`;
    super('STORE_UNAVAILABLE', detail, { headers: { 'retry-after': '1' } });
  }
}

/** What one look at the file found. */
interface Glance {
  /** The same at two looks if nobody wrote in between. */
  readonly id: string;
  /** @throws FILE_INVALID if it is missing or cannot be read */
  readonly text: () => Text;
}

/**
 * Most editors empty the file and write it again, and a reader may come in between: what is there
 * counts only when it is still the same a while later.
 * @throws FILE_INVALID if it is missing or cannot be read, and stays so
 * @throws Unsettled if it goes on changing
 */
export async function settled(
  file: File,
  { settle, patience, sleep }: Pick<Pace, 'settle' | 'patience' | 'sleep'>,
): Promise<Text> {
  let last = glance(file);
  let waited = 0;
  do {
    await sleep(settle);
    waited += Math.max(settle, 1);
    const next = glance(file);
    if (next.id === last.id) return next.text();
    last = next;
  } while (waited < patience);
  throw new Unsettled(file.name);
}

/** True if that text is in the file: most of the time nobody has touched it. */
export function holds(file: File, hash: string | undefined): boolean {
  if (hash === undefined) return false;
  const { id } = glance(file);
  return id.startsWith(`${hash} `);
}

/** A file is missing or half a letter is in it while it is saved: that has to last as well. */
function glance(file: File): Glance {
  try {
    const text = file.read();
    if (text === undefined) return { id: 'missing', text: () => file.present() };
    return { id: `${text.hash} ${text.stamp}`, text: () => text };
  } catch (error) {
    const text = (): never => {
      throw error;
    };
    return { id: String(error), text };
  }
}
