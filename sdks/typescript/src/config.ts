import type { Files } from './files.ts';

interface Process {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
}

/** A variable of the environment; undefined where there is none or it may not be read. */
export function variable(name: string): string | undefined {
  try {
    return (globalThis as { process?: Process }).process?.env?.[name] || undefined;
  } catch {
    // Deno without --allow-env.
    return undefined;
  }
}

/** The user's folder for copies of snapshots; undefined if nothing says where that is. */
export function cacheFolder({ join }: Files): string | undefined {
  const { platform } = (globalThis as { process?: Process }).process ?? {};
  const own = platform === 'win32' ? variable('LOCALAPPDATA') : variable('XDG_CACHE_HOME');
  const home = variable('HOME') ?? variable('USERPROFILE');
  const usual = platform === 'darwin' ? ['Library', 'Caches'] : ['.cache'];
  const folder = own ?? (home && join(home, ...usual));
  return folder && join(folder, 'featureflags');
}
