import { until } from './server.ts';

/** One block of a stream: an event, a comment or a `retry:`. */
interface Block {
  readonly event?: string;
  readonly id?: string;
  readonly data?: Record<string, unknown>;
  readonly comment?: string;
  readonly retry?: number;
}

/** A stream of server-sent events as a client holds it. */
export interface Events {
  readonly status: number;
  readonly headers: Headers;
  /** All blocks so far. */
  readonly blocks: readonly Block[];
  /** Waits for the next block that was not taken yet; comments only if they are asked for. */
  readonly next: (kind?: 'event' | 'comment') => Promise<Block>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** Opens a stream and reads it for as long as it is open. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Events> {
  const leave = new AbortController();
  const response = await fetch(url, { headers, signal: leave.signal });
  const blocks: Block[] = [];
  let taken = 0;
  return {
    status: response.status,
    headers: response.headers,
    blocks,
    ended: readBlocks(response, blocks).catch((error: unknown) => {
      if (!leave.signal.aborted) throw error;
    }),
    next: async (kind = 'event') =>
      until(() => {
        while (taken < blocks.length) {
          const block = blocks[(taken += 1) - 1] as Block;
          if ((block.comment === undefined) === (kind === 'event')) return block;
        }
        return undefined;
      }, `the next ${kind} of ${url}`),
    close: () => {
      leave.abort();
    },
  };
}

async function readBlocks(response: Response, blocks: Block[]): Promise<void> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of response.body) {
    const texts = (rest + decoder.decode(part as Uint8Array, { stream: true })).split('\n\n');
    rest = texts.pop() ?? '';
    blocks.push(...texts.map(blockOf));
  }
}

function blockOf(text: string): Block {
  const fields = text.split('\n').map((line) => {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (name === '') return ['comment', value];
    if (name === 'data') return [name, JSON.parse(value) as unknown];
    return [name, name === 'retry' ? Number(value) : value];
  });
  return Object.fromEntries(fields) as Block;
}
