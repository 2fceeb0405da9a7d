import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { afterAll } from 'vitest';

import { cleanEnvironment } from '../programs.ts';
import { newFolder, until, within } from '../server.ts';
import { isListening } from '../wire.ts';
import { HAS_OPENSSL, type Certificate } from '../certificate.ts';
import { edited, example } from './example.ts';

/** A reverse proxy that deploy/ has an example for. */
export type ProxyName = 'nginx' | 'caddy';

/** What is put in for ports, names and paths of the example. */
export interface Place {
  /** Address of the server behind it. */
  readonly upstream: string;
  readonly certificate: Certificate;
  /** Further changes to the example: what stands there, and what is to stand there. */
  readonly changes?: Readonly<Record<string, string>>;
}

/** A proxy that listens. */
export interface Proxy {
  /** https://localhost and its port. */
  readonly url: string;
  /** The address that only sends people to {@link url}; Caddy makes it by itself, on port 80. */
  readonly plainUrl: string;
  readonly stop: () => Promise<void>;
}

/** Debian keeps servers where not everybody's PATH looks. */
const PATH = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].join(delimiter);

/** How a proxy is told its version; where that fails, it is not installed. */
const VERSION: Readonly<Record<ProxyName, string>> = { nginx: '-v', caddy: 'version' };

const NAME = 'flags.example.com';
const START_MS = 15_000;
const STOP_MS = 15_000;

const children = new Set<ChildProcess>();
afterAll(stopAll);
process.once('exit', stopAll);

/** The proxies of this machine. */
export function installedProxies(): readonly ProxyName[] {
  // Without openssl there is no certificate for them.
  if (!HAS_OPENSSL) return [];
  return (['nginx', 'caddy'] as const).filter((name) => answers(name, VERSION[name]));
}

/** Starts the proxy on its example, and waits until it listens. */
export async function startProxy(name: ProxyName, place: Place): Promise<Proxy> {
  const folder = newFolder();
  const [port, plainPort] = [await freePort(), await freePort()];
  const words = COMMANDS[name](folder, place, { port, plainPort });
  const child = spawn(name, words, { env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      children.delete(child);
      resolve();
    });
  });
  await listening(child, port);
  return {
    url: `https://localhost:${String(port)}`,
    plainUrl: `http://localhost:${String(plainPort)}`,
    stop: async () => {
      child.kill('SIGTERM');
      await within(ended, STOP_MS, `${name} did not stop`);
    },
  };
}

function answers(program: string, ...words: readonly string[]): boolean {
  const { error, status } = spawnSync(program, words, { env: environment(tmpdir()) });
  return error === undefined && status === 0;
}

interface Ports {
  readonly port: number;
  readonly plainPort: number;
}

/** Write the copy of the example, and say how the proxy is started on it. */
const COMMANDS: Readonly<
  Record<ProxyName, (folder: string, place: Place, ports: Ports) => readonly string[]>
> = {
  nginx: (folder, place, ports) => {
    const site = join(folder, 'featureflags.conf');
    writeFileSync(site, nginxSite(place, ports));
    const whole = join(folder, 'nginx.conf');
    writeFileSync(whole, nginxAround(folder, site));
    return ['-p', folder, '-e', 'stderr', '-c', whole];
  },
  caddy: (folder, place, ports) => {
    const path = join(folder, 'Caddyfile');
    writeFileSync(path, caddyfile(place, ports));
    return ['run', '--config', path, '--adapter', 'caddyfile'];
  },
};

function nginxSite({ upstream, certificate, changes = {} }: Place, ports: Ports): string {
  const folder = `/etc/letsencrypt/live/${NAME}`;
  const text = edited(example('nginx.conf'), {
    'server 127.0.0.1:8080;': `server ${new URL(upstream).host};`,
    'listen 80;': `listen 127.0.0.1:${String(ports.plainPort)};`,
    'listen 443 ': `listen 127.0.0.1:${String(ports.port)} `,
    [`${folder}/fullchain.pem`]: certificate.certificate,
    [`${folder}/privkey.pem`]: certificate.key,
    ...changes,
  });
  return edited(text, { [NAME]: 'localhost' });
}

/** What Debian's nginx.conf has around its sites, for whoever runs this and with nothing outside. */
function nginxAround(folder: string, site: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off;
${user}
pid ${folder}/nginx.pid;
events {}
http {
access_log off;
${temporary}
include ${site};
}
`;
}

function caddyfile({ upstream, certificate, changes = {} }: Place, ports: Ports): string {
  const folder = `/etc/ssl/${NAME}`;
  const text = edited(example('Caddyfile'), {
    [`# tls ${folder}/fullchain.pem ${folder}/privkey.pem`]: `tls ${certificate.certificate} ${certificate.key}`,
    'reverse_proxy 127.0.0.1:8080 ': `reverse_proxy ${new URL(upstream).host} `,
    [`\n${NAME} {`]: `\nlocalhost:${String(ports.port)} {`,
    ...changes,
  });
  const options = ['admin off', 'default_bind 127.0.0.1', 'auto_https disable_redirects'];
  return `{\n${options.join('\n')}\n}\n${text}`;
}

/** A port that was free a moment ago: a proxy cannot say which one it took. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((tell) => server.once('listening', tell));
  const { port } = server.address() as AddressInfo;
  await new Promise((tell) => server.close(tell));
  return port;
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  let complaints = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  }
  const failure: { message?: string } = {};
  child.once('error', ({ message }) => (failure.message = message));
  child.once('close', (code) => (failure.message ??= `it ended (${String(code)})`));
  await until(
    async () => {
      if (failure.message !== undefined) throw new Error(`${failure.message}: ${complaints}`);
      return (await isListening(`http://127.0.0.1:${String(port)}`)) ? true : undefined;
    },
    'a listening proxy',
    START_MS,
  );
}

/** Caddy keeps its own things in the home folder. */
function environment(home: string): NodeJS.ProcessEnv {
  return { ...cleanEnvironment(), PATH, HOME: home };
}

/** SIGTERM, also at the end: nginx passes it on to its workers, which SIGKILL would leave behind. */
function stopAll(): void {
  for (const child of children) child.kill('SIGTERM');
}
