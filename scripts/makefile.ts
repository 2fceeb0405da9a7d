/** The targets that a Makefile has, without those that are files. */
export function targetsOf(makefile: string): Set<string> {
  return new Set([...makefile.matchAll(/^([a-z][\w-]*):(?!=)/gm)].map(([, target = '']) => target));
}
