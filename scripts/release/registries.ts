// What the registries' own clients say about the packages, without an upload.

import { join } from 'node:path';

import { run } from '../suites/command.ts';
import { packagesOf } from './assets.ts';

interface Trial {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
}

/**
 * Tries each package from the folder of the release.
 * @returns what failed; what the clients say themselves stands above
 */
export async function tryRegistries(
  root: string,
  folder: string,
  version: string,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, command, cwd = root } of trials(root, folder, version)) {
    console.log(`\n${name}`);
    const { ok, how } = await run(command, { cwd });
    if (!ok) failed.push(`${name} failed (${how}), see above`);
  }
  return failed;
}

function trials(root: string, folder: string, version: string): Trial[] {
  const { server, ffctl, client, wheel, sdist } = packagesOf(version);
  const python = [wheel, sdist].map((name) => join(folder, name));
  return [
    ...[server, ffctl, client].map((name): Trial => ({
      name: `npm publish --dry-run ${name}`,
      command: [
        'npm',
        'publish',
        '--dry-run',
        '--access=public',
        '--loglevel=warn',
        join(folder, name),
      ],
    })),
    { name: 'make python', command: ['make', '--silent', 'python'] },
    {
      name: `twine check ${wheel} ${sdist}`,
      command: [join(root, '.venv-python/bin/twine'), 'check', '--strict', ...python],
    },
    {
      // cargo takes no .crate: it packs the folder again, as it does at the upload.
      name: 'cargo publish --dry-run',
      command: ['cargo', 'publish', '--dry-run', '--quiet', '--locked', '--allow-dirty'],
      cwd: join(root, 'sdks/rust'),
    },
  ];
}
