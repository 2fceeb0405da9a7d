import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ran } from '../run.fixture.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const READY = { status: 'ready', store: 'sqlite', version: 7 };

/** A server that gives one answer, and what it was asked. */
function answering(
  body: unknown,
  status = 200,
): { fetch: (request: Request) => Promise<Response>; asked: Request[] } {
  const asked: Request[] = [];
  const fetch = (request: Request): Promise<Response> => {
    asked.push(request);
    return Promise.resolve(Response.json(body, { status }));
  };
  return { fetch, asked };
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 5; time += 1) collect();
}

describe('the server is', () => {
  test('ready', async () => {
    const { fetch, asked } = answering(READY);
    const env = { FF_TOKEN: 'secret' };
    expect(await ran(['health', '--server', 'http://s:1'], { fetch, env })).toEqual({
      code: 0,
      out: 'ready: http://s:1, storage sqlite, version 7\n',
      err: '',
    });
    expect(asked.map(({ url }) => url)).toEqual(['http://s:1/ready']);
    expect(asked[0]?.headers.get('authorization')).toBeNull();
    const json = await ran(['health', '--json', '--server', 'http://s:1'], { fetch });
    expect(JSON.parse(json.out)).toEqual(READY);
  });

  test('degraded, which is ready', async () => {
    const body = {
      ...READY,
      status: 'degraded',
      broken: 'f.yml:3: \u001b[31mno',
      unwritable: 'full',
    };
    const { code, out } = await ran(['health', '--server', 'http://s'], answering(body));
    expect(code).toBe(0);
    expect(out).toBe(
      'degraded: http://s, storage sqlite, version 7\n' +
        '  the last good flags are served: f.yml:3: \\u001b[31mno\n' +
        '  changes cannot be stored: full\n',
    );
  });

  test('degraded, and does not say why to those who send no token', async () => {
    const body = { ...READY, status: 'degraded' };
    const { code, out } = await ran(['health', '--server', 'http://s'], answering(body));
    expect(code).toBe(0);
    expect(out).toBe('degraded: http://s, storage sqlite, version 7\n  its log says why\n');
  });

  test.each([
    [503, { code: 'SHUTTING_DOWN', title: 'The server is stopping' }, 'The server is stopping'],
    [503, { code: 'STORE_UNAVAILABLE', title: 'No', detail: 'gone' }, 'No: gone'],
    [200, {}, 'http://s answers, but not as FeatureFlags does at /ready'],
    [200, { status: 'up' }, 'not as FeatureFlags does'],
    [404, {}, 'not as FeatureFlags does'],
  ])('not ready: %i %j', async (status, body, message) => {
    const { code, out, err } = await ran(
      ['health', '--server', 'http://s'],
      answering(body, status),
    );
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
  });

  test('not there', async () => {
    const { code, err } = await ran(['health', '--server', 'http://s']);
    expect(code).toBe(5);
    expect(err).toContain('No answer from http://s (connection refused)');
  });

  test('silent for longer than --timeout', async () => {
    const fetch = ({ signal }: Request): Promise<Response> =>
      new Promise((_, fail) => {
        // Node's timeout goes with a request that is collected as garbage: ffctl must hold it.
        setTimeout(collectGarbage, 10);
        signal.addEventListener('abort', () => {
          fail(signal.reason as Error);
        });
      });
    const words = ['health', '--server', 'http://s', '--timeout', '0.05'];
    const { code, err } = await ran(words, { fetch });
    expect(code).toBe(5);
    expect(err).toContain('nothing within 0.05 seconds');
  });
});

describe('whom it asks', () => {
  test.each([
    [{}, 'http://127.0.0.1:8080/ready'],
    [{ FF_PORT: '9' }, 'http://127.0.0.1:9/ready'],
    [{ FF_HOST: '0.0.0.0', FF_PORT: '9' }, 'http://127.0.0.1:9/ready'],
    [{ FF_HOST: '::' }, 'http://[::1]:8080/ready'],
    [{ FF_HOST: '::1' }, 'http://[::1]:8080/ready'],
    [{ FF_HOST: 'flags.example' }, 'http://flags.example:8080/ready'],
  ])('where a server would run with %j: %s', async (env, url) => {
    // The server's own configuration reads the environment of the process.
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { fetch, asked } = answering(READY);
    expect((await ran(['health'], { fetch })).code).toBe(0);
    expect(asked.map((request) => request.url)).toEqual([url]);
  });

  test('the server that FF_SERVER names, whatever would run here', async () => {
    vi.stubEnv('FF_PORT', 'nonsense');
    const { fetch, asked } = answering(READY);
    expect((await ran(['health'], { fetch, env: { FF_SERVER: 'https://s/' } })).code).toBe(0);
    expect(asked[0]?.url).toBe('https://s/ready');
  });
});

describe('wrong use', () => {
  test.each(['0', '-1', 'x', '', '1e3', '3601', 'Infinity'])('--timeout=%s', async (timeout) => {
    const { code, err } = await ran(['health', `--timeout=${timeout}`]);
    expect(code).toBe(2);
    expect(err).toContain(`--timeout is "${timeout}"; expected seconds`);
  });

  test('a file', async () => {
    const { code, err } = await ran(['health', '--file', 'f.yml']);
    expect([code, err]).toEqual([2, expect.stringContaining('name one with --server')]);
  });

  test.each([
    ['FF_PORT', '0', 'say which with --server'],
    ['FF_PORT', 'x', 'FF_PORT: port is "x"'],
    ['FF_ADMIN_TOKEN', 'short', 'FF_ADMIN_TOKEN: admin_token cannot be used'],
  ])('%s=%s', async (name, value, message) => {
    vi.stubEnv(name, value);
    const { code, err } = await ran(['health']);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
