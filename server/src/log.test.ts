import { describe, expect, test } from 'vitest';

import { createLog, SILENT, type Log, type LogOptions } from './log.ts';

function logging(over: Partial<LogOptions> = {}): { log: Log; written: string[] } {
  const written: string[] = [];
  const log = createLog({
    format: 'text',
    level: 'debug',
    colours: false,
    write: (line) => written.push(line),
    now: () => new Date('2026-03-01T12:34:56.789Z'),
    ...over,
  });
  return { log, written };
}

describe('a log', () => {
  test('in JSON: one object a line', () => {
    const { log, written } = logging({ format: 'json' });
    log.info('listening', { url: 'http://localhost', left: undefined });
    log.error('a\nb');
    expect(written).toEqual([
      '{"event":"listening","url":"http://localhost","level":"info","time":"2026-03-01T12:34:56.789Z"}\n',
      '{"event":"a\\nb","level":"error","time":"2026-03-01T12:34:56.789Z"}\n',
    ]);
  });

  test('in JSON: what others sent cannot pass for the level', () => {
    const { log, written } = logging({ format: 'json' });
    log.info('x', { level: 'error', time: 'never' });
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'info', time: /^2026/ });
  });

  test.each([
    [{ url: 'http://localhost:80/a_b-c@d' }, 'url=http://localhost:80/a_b-c@d'],
    [{ message: 'in words, as it is' }, 'in words, as it is'],
    [{ list: ['x', 1] }, 'list=["x",1]'],
    [{ a: 1, message: ['first', 'then'] }, 'a=1\n    first\n    then'],
    [{ a: 'two words', b: 'line\nbreak', c: '' }, 'a="two words"  b="line\\nbreak"  c=""'],
    [{ ms: 1.5, on: true, none: null, left: undefined }, 'ms=1.5  on=true  none=null'],
    [{}, undefined],
  ])('in text: %j', (fields, told) => {
    const { log, written } = logging();
    log.warn('event', fields);
    const parts = ['12:34:56', 'warn ', 'event', told].filter((part) => part !== undefined);
    expect(written).toEqual([`${parts.join('  ')}\n`]);
  });

  test('in colours', () => {
    const { log, written } = logging({ colours: true });
    log.error('event');
    expect(written[0]).toMatch(/error/);
  });

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('from level %s on', (level, expected) => {
    const { log, written } = logging({ level });
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each](each);
    expect(written.map((line) => line.split(/ +/)[1])).toEqual(expected);
  });

  test('that goes nowhere', () => {
    expect(() => {
      SILENT.error('x');
    }).not.toThrow();
  });
});
