import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { keepAdminToken, newAdminToken, readAdminToken } from './admin-token.ts';
import { testConfig } from './app.fixture.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { accessMode, enter, type AccessMode } from './entrance.ts';
import { createLog, type Log } from './log.ts';

let data: string;
let path: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'featureflags-entrance-'));
  path = join(data, 'admin-token');
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const TOKEN = 'a-token-that-an-operator-has-set-';
const DIGEST = 'x'.repeat(43);

describe('whom a server lets in', () => {
  test.each<[host: string, settings: Partial<Config>, isKept: boolean, AccessMode]>([
    ['127.0.0.1', {}, false, 'open'],
    ['127.0.0.1', {}, true, 'kept'],
    ['127.0.0.1', { adminToken: TOKEN }, false, 'configured'],
    ['127.0.0.1', { adminToken: TOKEN }, true, 'configured'],
    ['127.0.0.1', { insecure: true }, false, 'open'],
    ['127.0.0.1', { insecure: true }, true, 'open'],
    ['::1', {}, false, 'open'],
    ['localhost', {}, false, 'open'],
    ['0.0.0.0', {}, false, 'made'],
    ['0.0.0.0', {}, true, 'kept'],
    ['0.0.0.0', { adminToken: TOKEN }, false, 'configured'],
    ['0.0.0.0', { adminToken: TOKEN }, true, 'configured'],
    ['0.0.0.0', { insecure: true }, false, 'open'],
    ['0.0.0.0', { insecure: true }, true, 'open'],
    ['::', {}, false, 'made'],
    ['flags.example', {}, false, 'made'],
    ['flags.localhost', {}, false, 'made'],
    ['127.0.0.1.evil.example', {}, false, 'made'],
  ])('%s, %j, a token is kept: %s → %s', (host, settings, isKept, expected) => {
    expect(accessMode({ ...testConfig(), host, ...settings }, isKept)).toBe(expected);
  });

  test('settings that contradict each other are refused', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const config = testConfig({ host, data, insecure: true, adminToken: TOKEN });
      await expect(enter(config)).rejects.toThrow(ConfigError);
      await expect(enter(config)).rejects.toThrow('leave one of them out');
    }
  });
});

/** What a start writes into its log. */
async function started(config: Partial<Config>): Promise<{ log: string; actor: () => string }> {
  const entrance = await enter(testConfig({ data, ...config }));
  entrance.keep();
  let written = '';
  const log: Log = createLog({
    format: 'text',
    level: 'debug',
    colours: false,
    write: (line) => (written += line),
    now: () => new Date(0),
  });
  entrance.announce(log, log, 'http://0.0.0.0:8080');
  const token = /ff_admin_[\w-]{43}/.exec(written)?.[0] ?? TOKEN;
  const request = new Request('http://h/', { headers: { authorization: `Bearer ${token}` } });
  return { log: written, actor: () => entrance.access.admit(request, false) };
}

describe('the first admin token', () => {
  const host = '0.0.0.0';

  test('is shown with what to do with it, kept as a hash, and not shown again', async () => {
    const first = await started({ host });
    const [line = '', ...rest] = first.log.split('\n');
    const token = /^00:00:00 {2}warn {3}first admin token {2}token=(ff_admin_[\w-]{43})$/.exec(
      line,
    );
    expect(rest).toEqual([
      '    requests need this token. It is shown this once: put it where it is safe.',
      `    curl -H 'Authorization: Bearer ${token?.[1] ?? ''}' http://127.0.0.1:8080/flags`,
      `    FF_TOKEN=${token?.[1] ?? ''} ffctl list --server http://127.0.0.1:8080`,
      `    Lost? Delete ${path} and start again.`,
      '',
    ]);
    expect(first.actor()).toBe('admin-token');
    expect(readFileSync(path, 'utf8')).toMatch(/^sha256:[\w-]{43}\n$/);
    expect(readFileSync(path, 'utf8')).not.toContain(token?.[1]?.slice(9));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(['admin-token']);

    for (const each of [host, '127.0.0.1']) {
      const again = await started({ host: each });
      expect(again.log).not.toContain('ff_admin_');
      expect(again.log).toContain(`Lost? Delete ${path} and start again.`);
      expect(again.actor).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }));
      const { access } = await enter(testConfig({ data, host: each }));
      const headers = { 'x-api-key': token?.[1] ?? '' };
      expect(access.admit(new Request('http://h/', { headers }), false)).toBe('admin-token');
    }
  });

  test('is another each time, of 256 bits', () => {
    const tokens = Array.from({ length: 100 }, newAdminToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) {
      expect(Buffer.from(token.replace('ff_admin_', ''), 'base64url')).toHaveLength(32);
    }
  });

  test('of storage memory is written nowhere', async () => {
    const { log, actor } = await started({ host, storage: 'memory' });
    expect(log).toContain('each start makes another');
    expect(actor()).toBe('admin-token');
    expect(readdirSync(data)).toEqual([]);
  });

  test('is not made where one is configured', async () => {
    const { log, actor } = await started({ host, adminToken: TOKEN });
    expect(log).toContain('admin_token (FF_ADMIN_TOKEN)');
    expect(log).not.toContain(TOKEN);
    expect(actor()).toBe('admin-token');
    expect(readdirSync(data)).toEqual([]);
  });

  test('is not asked for where nobody is', async () => {
    expect((await started({})).actor()).toBe('anonymous');
    writeFileSync(path, 'nonsense');
    const insecure = await started({ host, insecure: true });
    expect([insecure.actor(), insecure.log]).toEqual([
      'anonymous',
      expect.stringContaining('open door'),
    ]);
  });
});

describe('the file of the token', () => {
  test.each<[what: string, make: () => void, why: string]>([
    ['an empty file', () => writeFileSync(path, ''), 'it is not what the server wrote'],
    ['a token', () => writeFileSync(path, `${newAdminToken()}\n`), 'not what the server wrote'],
    ['half a digest', () => writeFileSync(path, 'sha256:abc\n'), 'not what the server wrote'],
    ['no line', () => writeFileSync(path, `sha256:${DIGEST}`), 'not what the server wrote'],
    ['two', () => writeFileSync(path, `sha256:${DIGEST}\n`.repeat(2)), 'not what the server wrote'],
    ['bytes', () => writeFileSync(path, new Uint8Array([255, 0, 1])), 'not what the server wrote'],
    ['a folder', () => mkdirSync(path), 'it is no plain file'],
    ['a link to nothing', () => symlinkSync(join(data, 'gone'), path), 'it is no plain file'],
    [
      'a link to a good one',
      () => {
        writeFileSync(join(data, 'other'), `sha256:${DIGEST}\n`);
        symlinkSync(join(data, 'other'), path);
      },
      'it is no plain file',
    ],
    ['a pipe', () => execFileSync('mkfifo', [path]), 'it is no plain file'],
  ])('%s: no start', async (_, make, why) => {
    make();
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const entering = enter(testConfig({ data, host }));
      await expect(entering).rejects.toThrow(`${path} cannot be used: `);
      await expect(entering).rejects.toThrow(why);
      await expect(entering).rejects.toThrow('or delete it and start again');
    }
  });

  test('that others may read is used, and that is said', async () => {
    keepAdminToken(path, DIGEST);
    chmodSync(path, 0o644);
    expect((await started({ host: '0.0.0.0' })).log).toContain(`chmod 600 ${path}`);
    chmodSync(path, 0o600);
    expect((await started({ host: '0.0.0.0' })).log).not.toContain('chmod');
  });

  test('stays where another server was faster', () => {
    keepAdminToken(path, DIGEST);
    expect(() => {
      keepAdminToken(path, 'y'.repeat(43));
    }).toThrow(`Another server made its token in ${path}`);
    expect(readAdminToken(path)).toEqual({ digest: DIGEST, isShared: false });
    expect(readdirSync(data)).toEqual(['admin-token']);
  });

  test('is kept where the file system knows no links', () => {
    const link = vi.fn<typeof linkSync>(() => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' });
    });
    keepAdminToken(path, DIGEST, { link, openFolder: openSync });
    expect(readAdminToken(path)).toEqual({ digest: DIGEST, isShared: false });
    expect(readdirSync(data)).toEqual(['admin-token']);
  });

  test('is kept where folders cannot be flushed', () => {
    const openFolder = vi.fn<typeof openSync>(() => {
      throw Object.assign(new Error('not a file'), { code: 'EPERM' });
    });
    keepAdminToken(path, DIGEST, { link: linkSync, openFolder });
    expect(readAdminToken(path)).toEqual({ digest: DIGEST, isShared: false });
    expect(openFolder).toHaveBeenCalledWith(data, 'r');
  });

  test('cannot be kept where there is no folder', () => {
    const gone = join(data, 'gone', 'admin-token');
    expect(() => {
      keepAdminToken(gone, DIGEST);
    }).toThrow(`The data folder ${join(data, 'gone')} cannot be written by `);
    expect(existsSync(gone)).toBe(false);
  });
});
