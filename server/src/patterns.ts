import type { Host, PatternTest } from '@featureflags/core';

/** How many compiled patterns are kept: a change parses its flag again, not its patterns. */
const CACHE_SIZE = 1000;

type Re2js = typeof import('re2js').RE2JS;

let engine: Re2js | undefined;
let wanted = false;
const compiled = new Map<string, PatternTest | string>();

/**
 * core's host in the server: patterns run on re2js, RE2 in plain JavaScript, in linear time.
 * The engine costs 8 MB, so it is loaded when the first pattern turns up; see {@link withPatterns}.
 */
export const host: Host = {
  compilePattern(pattern) {
    if (engine === undefined) {
      wanted = true;
      return 'the pattern engine is not loaded';
    }
    const known = compiled.get(pattern);
    return known ?? remember(pattern, compile(engine, pattern));
  },
};

/** Runs `work`; if it met a pattern before the engine was there, loads it and runs `work` again. */
export async function withPatterns<T>(work: () => T): Promise<T> {
  const result = work();
  if (!wanted || engine !== undefined) return result;
  engine = (await import('re2js')).RE2JS;
  return work();
}

function compile(re2: Re2js, pattern: string): PatternTest | string {
  try {
    const matcher = re2.compile(pattern);
    return (text) => matcher.test(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function remember(pattern: string, test: PatternTest | string): PatternTest | string {
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(pattern, test);
  return test;
}
