/** A version, with its numeric identifiers as digits so that any length compares exactly. */
export interface Version {
  readonly core: readonly string[];
  readonly prerelease: readonly string[];
}

// The grammar of https://semver.org/spec/v2.0.0.html, points 2, 9 and 10.
const NUMERIC = '(?:0|[1-9]\\d*)';
const IDENTIFIER = `(?:${NUMERIC}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
const VERSION = new RegExp(
  `^(${NUMERIC})\\.(${NUMERIC})\\.(${NUMERIC})` +
    `(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** Reads a SemVer 2.0.0 version; undefined if it is none. Build metadata is dropped. */
export function readVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const core = match.slice(1, 4);
  return { core, prerelease: match[4]?.split('.') ?? [] };
}

/** Compares by SemVer 2.0.0 precedence (point 11): negative, zero or positive. */
export function compareVersions(a: Version, b: Version): number {
  const core = compareLists(a.core, b.core);
  if (core !== 0) return core;
  const finalA = a.prerelease.length === 0;
  const finalB = b.prerelease.length === 0;
  if (finalA || finalB) return Number(finalA) - Number(finalB);
  return compareLists(a.prerelease, b.prerelease);
}

/** Element by element; of two lists that agree as far as they go, the longer one is greater. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numericA = /^\d+$/.test(a);
  const numericB = /^\d+$/.test(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  // Without leading zeros, the number with more digits is the greater one.
  if (numericA && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
