/** What became of one check of one package. */
interface Checked {
  readonly package: string;
  readonly name: string;
  /** What was seen, in a few words; for a failure what was wrong. */
  readonly note: string;
  readonly isPassed: boolean;
}

/** What was checked so far. */
export type Results = Checked[];

/**
 * Does a check, says how it went and remembers it. What it throws is its failure; nothing else ends.
 * @param work returns what was seen, in a few words
 */
export async function check<T extends string>(
  results: Results,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const [whose = '', what = ''] = name.split(': ');
  const begun = performance.now();
  try {
    const note = await work();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${name}: ${note} (${seconds} s)`);
    results.push({ package: whose, name: what, note, isPassed: true });
    return note;
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    console.error(`${name}: FAILED: ${note}`);
    results.push({ package: whose, name: what, note, isPassed: false });
    return undefined;
  }
}
