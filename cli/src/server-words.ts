/** Options that decide how ffctl itself answers. */
const OWN: ReadonlySet<string> = new Set(['--json', '--yaml', '--no-color']);

/** What a command line says to the server: all but the command's name and ffctl's own options. */
export function serverWords(argv: readonly string[], command: string): string[] {
  const at = argv.indexOf(command);
  return argv.filter((word, index) => index !== at && !OWN.has(word));
}
