import { tableText } from '../table.ts';
import type { Kind } from './build.ts';
import type { Figures } from './measure.ts';

/** What the images are called in tables. */
const NAMES: Readonly<Record<Kind, string>> = {
  server: 'default: Bun',
  slim: '`slim`: Bun, packed',
  node: 'compared: Node 24, stripped',
};

type Limits = Readonly<Partial<Record<keyof Figures, number>>>;

/**
 * The most that each may be: bytes and milliseconds. That which a busy machine decides, a start
 * and a stop, is taken at its best.
 */
const LIMITS: Readonly<Record<Kind, Limits>> = {
  server: { zstd: 50e6, idle: 50e6, bestStart: 100 },
  slim: { disk: 60e6, idle: 200e6, loaded: 200e6 },
  node: {},
};

/** The figures as the docs have them. */
export function figuresTable(figures: readonly Figures[]): string {
  const headings = [
    'image',
    'MB on disk',
    'MB pulled, zstd',
    'MB pulled, gzip',
    'MB idle',
    'MB after 20,000 requests',
    'ms to the first answer',
    'ms to stop',
  ];
  return tableText(headings, figures.map(rowOf));
}

/** In words, which limits an image is over. */
export function missed(figures: Figures): string[] {
  return Object.entries(LIMITS[figures.kind]).flatMap(([name, limit]) => {
    const got = figures[name as keyof Figures] as number;
    const [is, most] = [got, limit].map((figure) => shown(name, figure));
    return got <= limit ? [] : [`${figures.kind}: ${name} is ${is}, at most ${most} wanted`];
  });
}

/** Starts and stops are milliseconds, everything else is bytes. */
function shown(name: string, figure: number): string {
  if (/start|stop/i.test(name)) return `${figure.toFixed(0)} ms`;
  return `${(figure / 1e6).toFixed(1)} MB`;
}

function rowOf(figures: Figures): string[] {
  const { kind, disk, zstd, gzip, idle, loaded, start, stop } = figures;
  const sizes = [disk, zstd, gzip, idle, loaded].map((bytes) => (bytes / 1e6).toFixed(1));
  return [NAMES[kind], ...sizes, start.toFixed(0), stop.toFixed(0)];
}
