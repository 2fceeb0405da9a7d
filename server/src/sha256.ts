type Hash = (algorithm: string, text: string, encoding: 'base64url') => string;

let hash: Hash | undefined;

/**
 * SHA-256 of a text's UTF-8, in base64url: what entity tags are made of.
 * `node:crypto` is loaded when the first tag is asked for: it takes 4 MB that an idle server lacks.
 */
export async function sha256(text: string): Promise<string> {
  hash ??= (await import('node:crypto')).hash;
  return hash('sha256', text, 'base64url');
}
