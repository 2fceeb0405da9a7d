import { describe, expect, test } from 'vitest';

import { checkOrigin, hostCheck, isLoopback } from './hosts.ts';

function asked(headers: Record<string, string>): Request {
  return new Request('http://localhost/', { method: 'POST', headers });
}

describe('isLoopback', () => {
  test.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['flags.localhost', false],
    ['localhost.', false],
    ['127.1', false],
    ['0x7f.1', false],
    ['::ffff:127.0.0.1', false],
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['evil-localhost', false],
    ['1127.0.0.1', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('the Host of a request (DNS rebinding)', () => {
  const check = hostCheck('127.0.0.1');

  test.each(['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080', 'a.localhost:80'])(
    '%s is answered',
    (host) => {
      for (let time = 0; time < 2; time += 1) {
        expect(() => {
          check(asked({ host }));
        }).not.toThrow();
      }
    },
  );

  test.each([
    'evil.example',
    'evil.example:8080',
    '10.0.0.1',
    'localhost.evil.example:80',
    ':80',
    '',
  ])('%j is not', (host) => {
    expect(() => {
      check(asked({ host }));
    }).toThrow(expect.objectContaining({ code: 'FORBIDDEN_HOST' }));
  });

  test('is not asked for where others may come', () => {
    for (const listeningOn of ['0.0.0.0', 'flags.example']) {
      expect(() => {
        hostCheck(listeningOn)(asked({ host: 'evil.example' }));
      }).not.toThrow();
    }
  });

  test('may be missing: browsers always send it', () => {
    expect(() => {
      check(asked({}));
    }).not.toThrow();
  });
});

describe('writes from pages of other sites', () => {
  const host = 'localhost:8080';

  test.each([
    {},
    { host },
    { host, origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'none' },
  ])('%j is let through', (headers) => {
    expect(() => {
      checkOrigin(asked(headers));
    }).not.toThrow();
  });

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', host, origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'anything' },
    { host, origin: 'https://evil.example' },
    { host, origin: 'http://localhost:9090' },
    { host, origin: 'null' },
    { host, origin: '' },
    { origin: 'https://evil.example' },
  ])('%j is refused', (headers) => {
    expect(() => {
      checkOrigin(asked(headers));
    }).toThrow(expect.objectContaining({ code: 'FORBIDDEN_ORIGIN' }));
  });
});
