import type { Holder } from './holder.ts';
import { Failure, send, type Endpoint } from './http.ts';
import { parsedJson } from './json.ts';

/**
 * Asks for the snapshot and takes it, unless the server says that it is the one in use.
 * @throws Failure
 */
export async function poll(endpoint: Endpoint, holder: Holder, signal: AbortSignal): Promise<void> {
  const etag = holder.held?.etag ?? null;
  const headers = etag === null ? {} : { 'if-none-match': etag };
  const { response, text } = await send(endpoint, { path: '/snapshot', headers, signal });
  // Who has been closed meanwhile takes nothing any more.
  if (signal.aborted) return;
  const at = endpoint.platform.now();
  if (response.status === 304) {
    holder.refresh(at);
    return;
  }
  const document = parsedJson(text);
  const arrival = { origin: 'network', etag: response.headers.get('etag'), at } as const;
  const refusal =
    document === undefined ? `it is no JSON: ${begin(text)}` : holder.take(document, arrival);
  if (refusal === undefined) return;
  throw new Failure('snapshot', `${endpoint.url}/snapshot sent what is no snapshot: ${refusal}`);
}

function begin(text: string): string {
  return text === '' ? 'nothing at all' : JSON.stringify(text.slice(0, 60));
}
