// A machine that has nothing of ours: a fresh Debian root in namespaces of its own.

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { CONTAINERS_CONF, engine } from '../image/engine.ts';
import { addNodeAndNpm } from '../node-and-npm.ts';
import { ROOT } from '../root.ts';
import type { Way } from './ways.ts';

const CACHE = join(ROOT, '.cache/two-minutes');

/** The folder on the machine in which the commands are typed. */
const HERE = 'root/here';

/** Where npm keeps what it has downloaded. */
const NPM_CACHE = 'root/.npm';

const CERTIFICATE = '/etc/ssl/extra.crt';

/** A machine for one way. */
export interface Machine {
  /** Runs the way's script. @returns what it wrote, and the seconds that it took */
  readonly run: () => Promise<{ readonly output: string; readonly seconds: number }>;
  /** The folder of what npm has downloaded on it. */
  readonly npmCache: string;
  readonly remove: () => void;
}

/** Sets a machine up. @param npmCache what npm has downloaded before, for a way that is online */
export function machineFor(way: Way, npmCache?: string): Machine {
  const work = mkdtempSync(join(CACHE, 'machine-'));
  const root = join(work, 'root');
  mkdirSync(root);
  execFileSync('tar', ['-xf', debianOf(way), '-C', root]);
  mkdirSync(join(root, HERE), { recursive: true });
  for (const [from, to] of Object.entries(way.files)) {
    copyFileSync(join(ROOT, 'dist', from), join(root, HERE, to));
  }
  writeFileSync(join(root, HERE, 'commands.sh'), `${way.script}\n`);
  addSurroundings(root);
  if (npmCache !== undefined) cpSync(npmCache, join(root, NPM_CACHE), { recursive: true });
  return {
    run: async () => runOn(root, way),
    npmCache: join(root, NPM_CACHE),
    remove: () => {
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** Debian with what the way asks for, made once. @returns a tar */
function debianOf({ name, suite, packages, hasNode }: Way): string {
  const contents = [suite, ...packages, hasNode ? process.versions.node : ''].join(' ');
  const tar = join(CACHE, `${name}-${createHash('sha256').update(contents).digest('hex')}.tar`);
  if (existsSync(tar)) return tar;
  const unfinished = join(CACHE, `${name}.unfinished.tar`);
  console.log(`Making a Debian with ${packages.join(', ')}…`);
  const node = mkdtempSync(join(CACHE, 'node-'));
  try {
    if (hasNode) addNodeAndNpm(node);
    const how = ['--variant=minbase', '--mode=root', '--quiet', `--include=${packages.join(',')}`];
    const hook = hasNode ? [`--customize-hook=sync-in ${node} /`] : [];
    engine('mmdebstrap', ...how, ...hook, suite, unfinished);
    renameSync(unfinished, tar);
  } finally {
    rmSync(node, { recursive: true, force: true });
  }
  return tar;
}

/** What every machine has of its surroundings: names of hosts, whom npm is to trust, limits. */
function addSurroundings(root: string): void {
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const certificate = process.env['NODE_EXTRA_CA_CERTS'];
  if (certificate !== undefined && certificate !== '') {
    mkdirSync(join(root, dirname(CERTIFICATE)), { recursive: true });
    copyFileSync(certificate, join(root, CERTIFICATE));
  }
  const containers = join(root, 'etc/containers');
  if (existsSync(containers)) writeFileSync(join(containers, 'containers.conf'), CONTAINERS_CONF);
  mkdirSync(join(root, 'repository'));
}

/**
 * Only a way that downloads something has a network; the others have one of their own, in which
 * port 8080 is free. Everything that was started ends with the script.
 */
async function runOn(
  root: string,
  { isOnline }: Way,
): Promise<{ readonly output: string; readonly seconds: number }> {
  const network = isOnline ? [] : ['--net'];
  const kinds = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', ...network];
  const script = `set -e
mount --bind "$0" "$0"
for name in dev sys; do mount --rbind /$name "$0/$name"; done
mount -t proc proc "$0/proc"
mount --bind -o ro '${ROOT}' "$0/repository"
${isOnline ? '' : 'ip link set lo up'}
mkdir "$0/outside"
cd "$0"
pivot_root . outside
exec chroot . sh -c 'umount -l /outside && cd /${HERE} && exec sh -e commands.sh'`;
  const env = {
    HOME: '/root',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...(existsSync(join(root, CERTIFICATE)) ? { NODE_EXTRA_CA_CERTS: CERTIFICATE } : {}),
  };
  const begun = performance.now();
  const child = spawn('unshare', [...kinds, 'sh', '-c', script, root], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((tell) => child.once('close', tell));
  const seconds = (performance.now() - begun) / 1000;
  if (code === 0) return { output, seconds };
  throw new Error(`the commands failed (${String(code)}):\n${output}`);
}
