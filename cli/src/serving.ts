import { wrongUse } from './failure.ts';
import type { Serve, Share } from './flag.ts';

const PERCENT = /^(\d+(?:\.\d{1,3})?)%?$/;
const SHARE = /^([^=\s]+)=(\d+)$/;

/** Reads what a rule serves: `on`, or a split such as `on=1,off=3`. */
export function parseServe(text: string, by?: string): Serve {
  if (!text.includes('=')) {
    if (!/[\s,]/.test(text) && text !== '') return { variant: text };
    throw notServe(text);
  }
  const split = text.split(',').map((part) => parseShare(part, text));
  return { split, ...(by === undefined ? {} : { by }) };
}

function parseShare(part: string, text: string): Share {
  const [, variant, weight] = SHARE.exec(part.trim()) ?? [];
  if (variant === undefined) throw notServe(text);
  return { variant, weight: Number(weight) };
}

function notServe(text: string): Error {
  const got = JSON.stringify(text);
  return wrongUse(
    `${got} is not what a rule can serve; expected a variant such as on, or variants with whole ` +
      'numbers as their weights, such as on=25,off=75.',
  );
}

/** Reads `10%`, `10` or `0.125%`; undefined if it is no number. */
export function readPercent(text: string): number | undefined {
  const match = PERCENT.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** Reads a percentage from 0 to 100. */
export function parsePercent(text: string): number {
  const percent = readPercent(text);
  if (percent !== undefined && percent <= 100) return percent;
  const got = JSON.stringify(text);
  throw wrongUse(`${got} is not a percentage; expected 0% to 100% with at most three decimals.`);
}
