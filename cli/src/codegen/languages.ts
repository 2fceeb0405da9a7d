import { pythonCode } from './python.ts';
import { rustCode } from './rust.ts';
import type { TypedFlag } from './typed-flag.ts';
import { typescriptCode } from './typescript.ts';

export type Language = 'typescript' | 'python' | 'rust';

/** What writes the flags in each language, below a line that says how it was made. */
export const CODE: Readonly<
  Record<Language, (header: string, flags: readonly TypedFlag[]) => string>
> = {
  typescript: typescriptCode,
  python: pythonCode,
  rust: rustCode,
};
