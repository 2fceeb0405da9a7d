import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

import { ROOT } from '../root.ts';

/** `yaml` is CommonJS on Node and asks for node:process by require(), which ES modules lack. */
const REQUIRE = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/**
 * Bundles a program with everything that it imports into plain ES modules. What the sources import
 * lazily stays in files of its own, and is read when it is needed. It is not minified: names and
 * lines of a stack trace say something, and it costs neither memory nor start (decision 0014).
 * @param entry a file that exports main(), from the root of the repository
 * @param out the folder that gets main.js and what it loads later
 * @returns which file of which package is in it
 */
export async function bundle(entry: string, out: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: join(ROOT, entry) },
    outdir: out,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The launcher calls main(): no file of a bundle is started by itself.
    define: { 'import.meta.main': 'false' },
    banner: { js: REQUIRE },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
