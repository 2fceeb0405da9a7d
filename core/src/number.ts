// RFC 8259 section 6: the grammar of a number, and nothing more.
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a number spelled by JSON's grammar; undefined if it is none or beyond a double's range. */
export function readJsonNumber(text: string): number | undefined {
  if (!JSON_NUMBER.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
