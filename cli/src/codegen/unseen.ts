/**
 * What readers do not see, or see in another order than it stands (CVE-2021-42574): controls,
 * formats, separators of lines, halves of characters, and the fillers of Hangul, which are letters
 * without ink. Categories are Unicode's: https://www.unicode.org/reports/tr44/#General_Category_Values
 */
export const UNSEEN: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

/** The number of a character, in hexadecimal digits. */
export function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
