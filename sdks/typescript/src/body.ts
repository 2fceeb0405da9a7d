/** The longest answer, and the longest event of a stream: bytes and characters. */
export const MAX_LENGTH: number = 64 * 1024 * 1024;
/** Of an answer that is an error, what its problem document can take. */
const MAX_PROBLEM = 65_536;

/** More than is read of an answer. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/** The members of a JSON object that an answer holds. */
export type SaidObject = Readonly<Record<string, unknown>>;

/** What an answer says (RFC 9457 or OFREP); empty if it is no JSON object. */
export async function saidIn(response: Response): Promise<SaidObject> {
  try {
    const said = JSON.parse(await readText(response, MAX_PROBLEM)) as unknown;
    return typeof said === 'object' && said !== null ? (said as SaidObject) : {};
  } catch {
    // Whatever else came with the status: the status is what counts.
    return {};
  }
}

export async function readText(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let length = 0;
  for await (const piece of piecesOf(response)) {
    length += piece.length;
    if (length > limit) {
      throw new TooLong(`an answer of more than ${String(limit)} bytes`);
    }
    texts.push(decoder.decode(piece, { stream: true }));
  }
  return texts.join('') + decoder.decode();
}

type Piece =
  | { readonly done: true; readonly value: undefined }
  | { readonly done: false; readonly value: Uint8Array };

/** The pieces of a body as they come. Leaving early ends the request. */
export async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader.read()) as Piece;
      if (done) return;
      yield value;
    }
  } finally {
    // After a failure there is nothing left to cancel, and nobody to be told.
    reader.cancel().catch(() => undefined);
  }
}

export function discard({ body }: Response): void {
  body?.cancel().catch(() => undefined);
}
