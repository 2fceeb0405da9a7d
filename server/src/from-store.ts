import { Problem } from './errors.ts';

/**
 * Asks the store.
 * @param failed what could not be done, as people are told
 * @throws the store's own Problem; STORE_UNAVAILABLE for whatever else it fails with
 */
export async function fromStore<T>(work: () => Promise<T>, failed: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('STORE_UNAVAILABLE', `${failed} (${reason}).`, { cause: error });
  }
}
