/** A kind of machine that the single binary is made for. */
export interface Target {
  /** As in the file's name: `ffctl-linux-amd64`. */
  readonly name: string;
  /** What Bun calls it. */
  readonly bun: string;
  /** The npm package that has Bun for it. */
  readonly package: string;
  /** What the file's name ends with. */
  readonly extension: string;
}

/** Every kind, in the order of the tables. */
export const TARGETS: readonly Target[] = [
  target('linux-amd64', 'bun-linux-x64', 'linux-x64'),
  target('linux-arm64', 'bun-linux-arm64', 'linux-aarch64'),
  target('linux-amd64-musl', 'bun-linux-x64-musl', 'linux-x64-musl'),
  target('linux-arm64-musl', 'bun-linux-arm64-musl', 'linux-aarch64-musl'),
  target('macos-amd64', 'bun-darwin-x64', 'darwin-x64'),
  target('macos-arm64', 'bun-darwin-arm64', 'darwin-aarch64'),
  { ...target('windows-amd64', 'bun-windows-x64', 'windows-x64'), extension: '.exe' },
];

/** The target with that name. @throws Error naming those there are */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = TARGETS.map((each) => each.name).join(', ');
  throw new Error(`There is no target ${name}; known: ${known}.`);
}

/** The file that is made for a target. */
export function fileOf({ name, extension }: Target): string {
  return `ffctl-${name}${extension}`;
}

function target(name: string, bun: string, folder: string): Target {
  return { name, bun, package: `@oven/bun-${folder}`, extension: '' };
}
