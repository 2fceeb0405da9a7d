import type * as Channels from 'node:diagnostics_channel';

import { nodeModule } from './files.ts';
import { VERSION } from './version.ts';

const AGENT = `featureflags-client/${VERSION}`;
const BACKGROUND = `${AGENT} (background)`;

/**
 * The headers that say who asks; none in browsers, whose pages would have to be allowed to send them.
 * @param holds true if the process must stay for the answer
 */
export function agentHeaders(holds: boolean): Readonly<Record<string, string>> {
  if (!isBrowser()) keepNoProcess();
  return isBrowser() ? {} : { 'user-agent': holds ? AGENT : BACKGROUND };
}

function isBrowser(): boolean {
  return 'document' in globalThis;
}

/** What Node's fetch says when it sends a request: documented by undici, "Diagnostics Channel Support". */
interface Sending {
  readonly headers: string;
  readonly socket: { readonly unref: () => void };
}

let isListening = false;

/**
 * From now on a request in the background does not keep a Node process alive. Node's fetch
 * has no option for it, but tells which socket a request goes out on. Bun and Deno do not: there
 * an open stream keeps the process until the client is closed.
 */
function keepNoProcess(): void {
  if (isListening) return;
  isListening = true;
  const channels = nodeModule('node:diagnostics_channel') as typeof Channels | undefined;
  channels?.subscribe('undici:client:sendHeaders', (message) => {
    const { headers, socket } = message as Partial<Sending>;
    if (headers?.includes(BACKGROUND) === true) socket?.unref();
  });
}
