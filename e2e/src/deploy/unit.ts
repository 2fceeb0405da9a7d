/** The directives of a unit of systemd, by name; one that stands twice has both values. */
export type Unit = Readonly<Record<string, readonly string[]>>;

/** Reads a unit without continued lines; sections are passed over, for no name is in two of them. */
export function readUnit(text: string): Unit {
  const unit: Record<string, string[]> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) (unit[name] ??= []).push(value);
  }
  return unit;
}
