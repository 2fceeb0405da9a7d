/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly body: Record<string, unknown>;
}

/** Calls the API with a body that is written as JSON, unless it is text already. */
export async function call(
  url: string,
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return read(response);
}

/** The same; the call must succeed. */
export async function ok(...words: Parameters<typeof call>): Promise<Answer> {
  const answer = await call(...words);
  if (answer.status < 300) return answer;
  throw new Error(`${words[1] ?? 'GET'} ${words[0]}: ${String(answer.status)} ${answer.text}`);
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
