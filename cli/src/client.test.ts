import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createClient, type Client } from './client.ts';

function client(fetch: (request: Request) => Promise<Response>, token?: string): Client {
  return createClient({ server: 'http://flags:1', token, actor: 'Ada', fetch, timeout: 50 });
}

function answering(
  status: number,
  body: unknown,
  type = 'application/json',
): () => Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => Promise.resolve(new Response(text, { status, headers: { 'Content-Type': type } }));
}

test('a call carries who, what and with which right', async () => {
  let asked: Request | undefined;
  const { send, close } = client((request) => {
    asked = request;
    return answering(200, { ok: true })();
  }, 'secret');
  const call = {
    path: ['flags', 'a/b'],
    query: { q: 'x y', tag: undefined },
    headers: { 'If-Match': '"7"' },
  };
  expect(await send({ ...call, method: 'POST', body: { enabled: true } })).toEqual({ ok: true });
  await close();
  expect(asked?.url).toBe('http://flags:1/flags/a%2Fb?q=x+y');
  expect(asked?.method).toBe('POST');
  expect(Object.fromEntries(asked?.headers ?? [])).toMatchObject({
    accept: 'application/json',
    authorization: 'Bearer secret',
    'content-type': 'application/json',
    'ff-actor': 'Ada',
    'if-match': '"7"',
  });
  expect(await asked?.json()).toEqual({ enabled: true });
});

test('a name that no header holds is escaped', async () => {
  let actor: string | null = '';
  const fetch = async (request: Request): Promise<Response> => {
    actor = request.headers.get('FF-Actor');
    return Promise.resolve(new Response(null, { status: 204 }));
  };
  const { send } = createClient({
    server: 'http://flags',
    token: undefined,
    actor: 'Zoë 一',
    fetch,
  });
  expect(await send({ path: ['flags'] })).toBeUndefined();
  expect(actor).toBe('Zo%C3%AB%20%E4%B8%80');
});

const PROBLEM = {
  title: 'No',
  detail: 'not so',
  code: 'INVALID_BODY',
  requestId: 'q1',
  status: 400,
};
const ISSUES = [
  { path: '/rules/0', code: 'type', message: 'expected a' },
  { path: '', code: 'x', message: 'b' },
];

const PROBLEMS: readonly [what: string, problem: object, exitCode: number, message: string][] = [
  ['a problem', PROBLEM, 1, 'No: not so\n  (INVALID_BODY, request q1)'],
  [
    'several issues',
    { ...PROBLEM, issues: ISSUES },
    1,
    'No: not so\n  /rules/0: expected a\n  the document itself: b\n  (INVALID_BODY, request q1)',
  ],
  [
    'one issue, which the detail tells',
    { ...PROBLEM, issues: ISSUES.slice(1) },
    1,
    'No: not so\n  (INVALID_BODY, request q1)',
  ],
  ['a short one', { title: 'No', code: 'NEW_CODE' }, 1, 'No\n  (NEW_CODE)'],
  ['a missing flag', { title: 'No', code: 'FLAG_NOT_FOUND' }, 3, 'No\n  (FLAG_NOT_FOUND)'],
  ['a conflict', { title: 'No', code: 'ALREADY_EXISTS' }, 4, 'No\n  (ALREADY_EXISTS)'],
];

test.each(PROBLEMS)('%s', async (_what, problem, exitCode, message) => {
  const { send } = client(answering(400, problem, 'application/problem+json'));
  await expect(send({ path: ['flags'] })).rejects.toMatchObject({ exitCode, message });
});

const STRANGERS: readonly [what: string, answer: () => Promise<Response>, message: RegExp][] = [
  [
    'a page',
    answering(200, '<html>', 'text/html'),
    /answered 200 with text\/html, not as FeatureFlags does/,
  ],
  ['an error page', answering(502, 'Bad gateway', 'text/plain'), /answered 502 with text\/plain/],
  ['other JSON', answering(400, { message: 'no' }), /answered 400 with application\/json/],
  [
    'nothing',
    () => Promise.resolve(new Response(null, { status: 301 })),
    /answered 301 with no content type/,
  ],
];

test.each(STRANGERS)('%s is not from FeatureFlags', async (_what, answer, message) => {
  const sent = client(answer).send({ path: ['flags'] });
  await expect(sent).rejects.toMatchObject({ exitCode: 1 });
  await expect(sent).rejects.toThrow(message);
});

function failing(error: unknown): () => Promise<Response> {
  return async () => {
    throw error;
  };
}

const UNREACHABLE: readonly [reason: string, error: unknown][] = [
  ['connection refused', new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })],
  [
    'connection refused',
    new TypeError('fetch failed', { cause: { errors: [{ code: 'ECONNREFUSED' }] } }),
  ],
  [
    'connection refused',
    Object.assign(new Error('Unable to connect'), { code: 'ConnectionRefused' }),
  ],
  ['there is no such host', new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })],
  [
    'certificate has expired',
    new TypeError('fetch failed', { cause: new Error('certificate has expired') }),
  ],
  ['odd', new Error('odd')],
];

test.each(UNREACHABLE)('no answer: %s', async (reason, error) => {
  const message = `No answer from http://flags:1 (${reason}). Start one with \`ffctl serve\`, or name another with --server.`;
  await expect(client(failing(error)).send({ path: ['flags'] })).rejects.toMatchObject({
    exitCode: 5,
    message,
  });
});

test('nobody waits forever', async () => {
  const never = (request: Request): Promise<Response> =>
    new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
    });
  await expect(client(never).send({ path: [] })).rejects.toThrow('(nothing within 0.05 seconds)');
});

test('an answer that breaks off is no answer', async () => {
  const body = new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) });
  const { send } = client(() => Promise.resolve(new Response(body)));
  await expect(send({ path: [] })).rejects.toThrow('(the answer broke off: reset)');
});

test('who does not answer is given up, although memory is tidied up meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const fetch = ({ signal }: Request): Promise<Response> =>
    new Promise((_, fail) => {
      signal.addEventListener('abort', () => {
        fail(signal.reason as Error);
      });
    });
  const answer = client(fetch).send({ path: ['ready'] });
  setImmediate(collect);
  await expect(answer).rejects.toThrow('nothing within');
});
