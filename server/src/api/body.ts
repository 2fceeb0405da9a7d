import { isShallow, MAX_DEPTH, type Json } from '@featureflags/core';

import { Problem } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Whether the content type must say that the body is JSON. */
export type MediaType = 'must be JSON' | 'may be anything';

/**
 * Reads a JSON body.
 * @param limit bytes
 * @returns undefined if there is no body
 * @throws BODY_TOO_LARGE, MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_ENCODING
 */
export async function readJson(
  request: Request,
  limit: number,
  mediaType: MediaType,
): Promise<Json | undefined> {
  const bytes = await readBytes(request, limit).catch((error: unknown) => {
    throw error instanceof Problem ? error : endedEarly(error);
  });
  if (bytes.byteLength === 0) return undefined;
  checkHeaders(request, mediaType);
  const text = decode(bytes);
  const value = parse(text);
  if (isTooDeep(text, value)) {
    const detail = `Lists and objects are nested more than ${String(MAX_DEPTH)} deep.`;
    throw new Problem('MALFORMED_JSON', detail);
  }
  return value;
}

async function readBytes(request: Request, limit: number): Promise<ArrayBuffer> {
  const length = Number(request.headers.get('content-length') ?? Infinity);
  if (length > limit && length !== Infinity) throw tooLarge(limit);
  // A declared length is a promise that the runtime keeps; without one, the bytes are counted.
  if (length !== Infinity || request.body === null) return request.arrayBuffer();
  return readCounted(request.body, limit);
}

/** The client went away, or sent no valid HTTP: its mistake, not the server's. */
function endedEarly(cause: unknown): Problem {
  return new Problem('MALFORMED_JSON', 'The body ended early. Nothing was changed.', { cause });
}

/** JSON between systems is UTF-8 (RFC 8259, 8.1): other bytes are refused, not replaced. */
function decode(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    const detail = 'The body is not UTF-8. Nothing was changed.';
    throw new Problem('MALFORMED_JSON', detail, { cause: error });
  }
}

async function readCounted(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
): Promise<ArrayBuffer> {
  const reader = body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    parts.push(part.value);
  }
  return new Blob(parts).arrayBuffer();
}

function tooLarge(limit: number): Problem {
  const detail = `The body may have ${String(limit)} bytes (setting body_limit). Nothing was changed.`;
  return new Problem('BODY_TOO_LARGE', detail);
}

function checkHeaders(request: Request, mediaType: MediaType): void {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    const detail = `Send the body as it is, without content-encoding: ${encoding}.`;
    throw new Problem('UNSUPPORTED_ENCODING', detail);
  }
  const type = request.headers.get('content-type') ?? '';
  if (mediaType === 'may be anything' || /^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return;
  const got = type === '' ? 'no content-type' : `content-type: ${type}`;
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `Expected content-type: application/json, got ${got}.`,
  );
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Problem('MALFORMED_JSON', `${(error as Error).message}. Nothing was changed.`);
  }
}

/** What is too deep overflows whoever writes it as JSON. Short texts cannot be. */
function isTooDeep(text: string, value: Json): boolean {
  return text.length > 2 * MAX_DEPTH && !isShallow(value);
}
