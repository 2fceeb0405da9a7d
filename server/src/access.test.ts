import { describe, expect, test } from 'vitest';

import { openAccess, tokenAccess } from './access.ts';
import { sha256 } from './sha256.ts';

const TOKEN = 'ff_admin_0123456789abcdefghijklmnopqrstuvwxyz,A';
const access = await tokenAccess(await sha256(TOKEN));

function asked(...headers: [name: string, value: string][]): Request {
  return new Request('http://h/', { headers });
}

describe('a server that asks for a token', () => {
  test.each<[name: string, value: string][]>([
    [['authorization', `Bearer ${TOKEN}`]],
    [['AUTHORIZATION', `bearer ${TOKEN}`]],
    [['authorization', `BEARER   ${TOKEN}  `]],
    [['x-api-key', TOKEN]],
    [['X-API-Key', ` ${TOKEN} `]],
    [
      ['authorization', 'Basic dTpw'],
      ['x-api-key', TOKEN],
    ],
    [
      ['authorization', 'Bearer '],
      ['x-api-key', TOKEN],
    ],
  ])('lets in: %j', (...headers) => {
    expect(access.admit(asked(...headers), false)).toBe('admin-token');
  });

  test.each<[code: string, headers: [name: string, value: string][]]>([
    ['TOKEN_MISSING', []],
    ['TOKEN_MISSING', [['authorization', '']]],
    ['TOKEN_MISSING', [['authorization', 'Bearer']]],
    ['TOKEN_MISSING', [['authorization', 'Bearer   ']]],
    ['TOKEN_MISSING', [['authorization', TOKEN]]],
    ['TOKEN_MISSING', [['authorization', `Bearer${TOKEN}`]]],
    ['TOKEN_MISSING', [['authorization', `Bearer\t${TOKEN}`]]],
    ['TOKEN_MISSING', [['authorization', `Basic ${TOKEN}`]]],
    ['TOKEN_MISSING', [['authorization', `Basic x, Bearer ${TOKEN}`]]],
    ['TOKEN_MISSING', [['x-api-key', '']]],
    ['TOKEN_MISSING', [['cookie', `token=${TOKEN}`]]],
    ['TOKEN_INVALID', [['authorization', 'Bearer x']]],
    ['TOKEN_INVALID', [['authorization', `Bearer ${TOKEN.toUpperCase()}`]]],
    ['TOKEN_INVALID', [['authorization', `Bearer ${TOKEN.slice(0, -1)}`]]],
    ['TOKEN_INVALID', [['authorization', `Bearer ${TOKEN}x`]]],
    ['TOKEN_INVALID', [['authorization', `Bearer "${TOKEN}"`]]],
    ['TOKEN_INVALID', [['authorization', `Bearer ${TOKEN} ${TOKEN}`]]],
    ['TOKEN_INVALID', [['x-api-key', `Bearer ${TOKEN}`]]],
    ['TOKEN_INVALID', [['x-api-key', 'x'.repeat(100_000)]]],
    [
      'TOKEN_INVALID',
      [
        ['authorization', `Bearer ${TOKEN}`],
        ['authorization', 'Bearer other'],
      ],
    ],
    [
      'TOKEN_INVALID',
      [
        ['authorization', `Bearer ${TOKEN}`],
        ['authorization', `Bearer ${TOKEN}`],
      ],
    ],
    [
      'TOKEN_INVALID',
      [
        ['x-api-key', TOKEN.slice(0, -2)],
        ['x-api-key', 'A'],
      ],
    ],
    [
      'TOKEN_INVALID',
      [
        ['authorization', 'Bearer other'],
        ['x-api-key', TOKEN],
      ],
    ],
  ])('%s: %j', (code, headers) => {
    expect(() => access.admit(asked(...headers), false)).toThrow(
      expect.objectContaining({
        code,
        details: { headers: { 'www-authenticate': 'Bearer realm="featureflags"' } },
      }),
    );
    expect(access.admit(asked(...headers), true)).toBe('anonymous');
  });

  test('answers by any Host', () => {
    const headers = { host: 'flags.example', authorization: `Bearer ${TOKEN}` };
    expect(access.admit(new Request('http://h/', { headers }), false)).toBe('admin-token');
  });
});

test('a server that asks for none looks at the Host of every call', () => {
  const open = openAccess({ host: '127.0.0.1', insecure: false });
  expect(open.admit(asked(['host', 'localhost:8080']), false)).toBe('anonymous');
  for (const isPublic of [true, false]) {
    expect(() => open.admit(asked(['host', 'evil.example']), isPublic)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN_HOST' }),
    );
  }
});

describe('a server that asks for none, and what a proxy passed on', () => {
  const forwarded = [
    ['x-forwarded-for', '203.0.113.7'],
    ['X-Forwarded-For', ''],
    ['Forwarded', 'for=203.0.113.7'],
  ] as const;

  test.each(forwarded)('is refused on this machine: %s: %j', (name, value) => {
    const open = openAccess({ host: '127.0.0.1', insecure: false });
    for (const isPublic of [true, false]) {
      expect(() => open.admit(asked(['host', '127.0.0.1:8080'], [name, value]), isPublic)).toThrow(
        expect.objectContaining({ code: 'FORBIDDEN_PROXY' }),
      );
    }
  });

  test.each(forwarded)('is let in where insecure says so: %s: %j', (name, value) => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const open = openAccess({ host, insecure: true });
      expect(open.admit(asked(['host', 'localhost'], [name, value]), false)).toBe('anonymous');
    }
  });
});
