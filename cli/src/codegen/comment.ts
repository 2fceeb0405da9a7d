import { UNSEEN } from './unseen.ts';

// Descriptions are anybody's text, and comments are read by compilers, by documentation tools that
// run examples, and by people who trust what they see.

/** Line breaks of any language. */
const BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** A text as the lines of a comment: nothing in them ends it. */
export function commentLines(text: string): string[] {
  return text
    .split(BREAK)
    .map((line) => line.replaceAll(UNSEEN, ' ').trim())
    .filter((line) => line !== '');
}

/** A text as a comment of TypeScript, each line behind `indent`; `@ts-ignore` would be obeyed. */
export function blockComment(text: string, indent: string): string {
  const lines = commentLines(text).map((line) =>
    line.replaceAll('*/', '*\\/').replace(/^[/*\s]*(?=@)/, '$&\\'),
  );
  if (lines.length === 1) return `${indent}/** ${lines.join('')} */\n`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`, ''].join(
    '\n',
  );
}

/** A text as a docstring of Python; `>>>` would be an example that doctest runs. */
export function docstring(text: string, indent: string): string {
  const lines = commentLines(text).map((line) =>
    line
      .replaceAll('\\', '\\\\')
      .replaceAll(/"(?="|$)|(?<=")"/g, '\\"')
      .replaceAll('>>>', '>> >'),
  );
  const end = lines.length > 1 ? `\n${indent}` : '';
  return `${indent}"""${lines.join(`\n${indent}`)}${end}"""\n`;
}

/** A text as `///` lines of Rust; a fence would be an example that rustdoc runs. */
export function rustComment(text: string, indent: string): string {
  return commentLines(text)
    .map((line) => line.replaceAll(/`{3,}|~{3,}/g, "'''").replaceAll(/[[<]/g, '\\$&'))
    .map((line) => `${indent}/// ${line}\n`)
    .join('');
}
