import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ok } from './api.ts';
import { HAS_OPENSSL, makeCertificate } from './certificate.ts';
import { emptyRoot, type EmptyRoot } from './empty-root.ts';
import { openEvents } from './events.ts';
import { ROOT, run, type Ran } from './programs.ts';
import { newFolder, startServer, type Server } from './server.ts';
import { tlsProxy } from './tls.ts';

// The single binary where there is nothing but itself and a C library. `make binaries` gives its
// own files in FF_BINARIES, and in FF_ROOTS a folder with libraries for each that can be run here;
// otherwise the one for this machine is made, for its own C library.
const { FF_BINARIES: binaries, FF_ROOTS: roots } = process.env;
const NATIVE = `linux-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
const TARGETS = roots === undefined ? [NATIVE] : [NATIVE, ...readdirSync(roots).toSorted()];

function programOf(target: string): string {
  if (binaries !== undefined) return join(binaries, `ffctl-${target}`);
  return join(newFolder(), 'ffctl');
}

describe.runIf(process.platform === 'linux').each(TARGETS)('%s', (target) => {
  let root: EmptyRoot;
  let server: Server;

  beforeAll(async () => {
    const program = programOf(target);
    if (!existsSync(program)) {
      const compile = join(ROOT, 'scripts/binaries/compile.ts');
      const { code, err } = await run([process.execPath, compile, target, program]);
      if (code !== 0) throw new Error(err);
    }
    root = emptyRoot(program, target === NATIVE ? undefined : join(roots ?? '', target));
    server = await startServer(serving());
  });
  afterAll(async () => {
    await server.stop();
  });

  function serving(...more: readonly string[]): Parameters<typeof startServer>[0] {
    return { launch: root.command('serve'), options: ['--data', '/data', ...more] };
  }

  async function ffctl(words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    return run(root.command(...words), { env: { FF_SERVER: server.url, ...env } });
  }

  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'cli/package.json'), 'utf8')) as {
      version: string;
    };
    expect(await ffctl(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('the demo, and SQLite: what was changed is there after a restart', async () => {
    expect(await ffctl(['create', 'new_checkout', '--description', 'ü'])).toMatchObject({
      code: 0,
    });
    expect(await ffctl(['rollout', '100%', 'new_checkout'])).toMatchObject({ code: 0 });
    const question = '/evaluate?flag=new_checkout&user_id=123';
    expect((await ok(server.url + question)).body).toMatchObject({ enabled: true });
    expect(await server.stop()).toBe(0);
    server = await startServer(serving());
    expect((await ok(server.url + question)).body).toMatchObject({ enabled: true });
    expect((await ffctl(['get', 'new_checkout'])).out).toContain('ü');
    expect(existsSync(join(root.path, 'data/featureflags.db'))).toBe(true);
  });

  test('a stream tells of a change', async () => {
    const stream = await openEvents(`${server.url}/stream`);
    expect((await stream.next()).event).toBe('snapshot');
    await ffctl(['create', 'streamed', '--enabled']);
    expect(await stream.next()).toMatchObject({
      event: 'change',
      data: { flags: { streamed: { enabled: true } } },
    });
    stream.close();
  });

  test('the YAML store: a file that people edit, and ffctl --file without a server', async () => {
    const file = join(root.path, 'data/flags.yml');
    writeFileSync(file, '# mine\nflags:\n  banner:\n    enabled: true\n');
    const yaml = await startServer(serving('--flags-path', '/data/flags.yml'));
    expect((await ok(`${yaml.url}/evaluate?flag=banner`)).body).toMatchObject({ enabled: true });
    await ok(`${yaml.url}/flags/second`, 'POST', { enabled: true });
    expect(await yaml.stop()).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^# mine\n[^]*second:/);
    const checked = await ffctl(['check', '--file', '/data/flags.yml'], { FF_SERVER: '' });
    expect(checked).toMatchObject({ code: 0, err: '' });
  });

  test.runIf(HAS_OPENSSL)(
    'TLS: a certificate is checked, and one of one’s own can be trusted',
    async () => {
      const mine = await makeCertificate();
      const proxy = await tlsProxy(mine, server.url);
      copyFileSync(mine.certificate, join(root.path, 'data/cert.pem'));
      const words = ['list', '--json', '--server', proxy.url.replace('localhost', '127.0.0.1')];
      const refused = await ffctl(words);
      expect(refused).toMatchObject({ code: 5, out: '' });
      expect(refused.err).toMatch(/self.signed certificate/i);
      const trusted = await ffctl(words, { NODE_EXTRA_CA_CERTS: '/data/cert.pem' });
      expect(trusted).toMatchObject({ code: 0, err: '' });
      expect(trusted.out).toContain('streamed');
      proxy.close();
    },
  );

  test('a bunfig.toml or .env where it is started is nobody’s business', async () => {
    writeFileSync(join(root.path, 'bunfig.toml'), 'preload = ["./evil.ts"]\n');
    writeFileSync(join(root.path, 'evil.ts'), 'console.log("evil");\n');
    writeFileSync(join(root.path, '.env'), 'FF_OUTPUT=evil\nFF_FILE=/evil.yml\n');
    expect(await ffctl(['list', '--json'])).toMatchObject({ code: 0, err: '' });
    expect((await ffctl(['list'])).out).not.toContain('evil');
  });
});
