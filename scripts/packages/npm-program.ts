import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { bundle } from './bundle.ts';
import { manifestOf } from './manifest.ts';
import { notices } from './notices.ts';

/** The npm packages that are programs, and the rooms that they are made of. */
export const PROGRAMS: Readonly<Record<string, string>> = { featureflags: 'server', ffctl: 'cli' };

/**
 * Builds what npm publishes of a program: one bundle, with a launcher that knows which Node it needs.
 * @param name of the package
 * @param out an empty folder, which becomes what is packed
 * @throws Error if something is bundled that has no licence, or one that is not allowed
 */
export async function buildProgram(name: string, out: string): Promise<void> {
  const room = PROGRAMS[name] ?? name;
  const metafile = await bundle(`${room}/src/main.ts`, join(out, 'dist'));
  writeFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), notices(metafile));
  mkdirSync(join(out, 'bin'));
  cpSync(join(ROOT, 'scripts/packages/launcher.cjs'), join(out, `bin/${name}.cjs`));
  cpSync(join(ROOT, room, 'README.md'), join(out, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(published(room), undefined, 2)}\n`);
}

/** The package.json that is published: a program, which needs nothing but a runtime. */
function published(room: string): object {
  const manifest = manifestOf(join(ROOT, room));
  const { name, version, description, keywords, license, repository, engines } = manifest;
  return {
    name,
    version,
    description,
    keywords,
    license,
    // npm wants it for provenance; there is none yet outside of a release.
    repository,
    type: 'module',
    bin: { [name]: `bin/${name}.cjs` },
    files: ['bin', 'dist', 'THIRD-PARTY-NOTICES.txt'],
    engines,
  };
}
