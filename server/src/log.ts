import { styleText } from 'node:util';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type Level = (typeof LEVELS)[number];

/** What an event tells beside its name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Writes events: one line each. */
export type Log = Readonly<Record<Level, (event: string, fields?: Fields) => void>>;

/** How a log is written. */
export interface LogOptions {
  readonly format: 'json' | 'text';
  readonly level: Level;
  readonly colours: boolean;
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

const COLOURS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;

/**
 * Makes a log. In JSON, the fields of a line are `event`, those of the event, `level` and `time`.
 * (Not pino: it takes 10 MB of the 50 that the idle server may have; docs/decisions has the figures.)
 */
export function createLog(options: LogOptions): Log {
  const least = LEVELS.indexOf(options.level);
  const line = options.format === 'json' ? jsonLine : textLine;
  const writer =
    (level: Level) =>
    (event: string, fields: Fields = {}): void => {
      if (LEVELS.indexOf(level) < least) return;
      options.write(`${line({ level, event, fields }, options)}\n`);
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  };
}

/** A log that goes nowhere. */
export const SILENT: Log = createLog({
  format: 'json',
  level: 'error',
  colours: false,
  write: () => undefined,
  now: () => new Date(0),
});

interface Line {
  readonly level: Level;
  readonly event: string;
  readonly fields: Fields;
}

function jsonLine({ level, event, fields }: Line, { now }: LogOptions): string {
  return JSON.stringify({ event, ...fields, level, time: now().toISOString() });
}

function textLine({ level, event, fields }: Line, { now, colours }: LogOptions): string {
  const time = now().toISOString().slice(11, 19);
  const told = Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !(name === 'message' && Array.isArray(value)))
    .map(([name, value]) => (name === 'message' ? String(value) : `${name}=${shown(value)}`));
  const mark = colours ? styleText(COLOURS[level], level.padEnd(5)) : level.padEnd(5);
  return [time, mark, event, ...told].join('  ') + below(fields['message']);
}

/** A message may be a list of lines: they stand below the event. */
function below(message: unknown): string {
  return Array.isArray(message) ? message.map((line) => `\n    ${String(line)}`).join('') : '';
}

/** JSON's quotes keep what others sent from looking like lines of this log. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
