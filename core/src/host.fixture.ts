import { RE2JS } from 're2js';

import type { Host } from './operator.ts';

/** The host that core's tests run in: patterns by re2js, as the server has them. */
export const host: Host = {
  compilePattern(pattern) {
    try {
      const compiled = RE2JS.compile(pattern);
      return (text) => compiled.test(text);
    } catch (error) {
      return String(error);
    }
  },
};
