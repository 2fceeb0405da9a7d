import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { testApp } from '../app.fixture.ts';
import { ROUTES } from './routes.ts';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/http-api.md'), 'utf8');

/** One curl line of the page, as a request. */
interface Line {
  readonly line: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly text: string | undefined;
}

function lines(): Line[] {
  const blocks = [...docs.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  const joined = blocks.join('').replaceAll(/\\\n +/g, '');
  return joined.trimEnd().split('\n').map(read);
}

function read(line: string): Line {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  const after = (option: string): string[] =>
    words.filter((_, index) => words[index - 1] === option);
  const [text] = after('-d');
  const url = words.find((word) => word.startsWith('http://127.0.0.1:8080/')) ?? '';
  return {
    line,
    method: after('-X')[0] ?? (text === undefined ? 'GET' : 'POST'),
    path: url.replace('http://127.0.0.1:8080', ''),
    headers: Object.fromEntries(
      after('-H').map((header) => header.split(': ') as [string, string]),
    ),
    text,
  };
}

test('docs/http-api.md: every line works, and every call has one', async () => {
  const app = await testApp();
  for (const { line, method, path, headers, text } of lines()) {
    expect(line).toMatch(/^curl /);
    const response = await app.request(path, {
      method,
      headers,
      ...(text === undefined ? {} : { text }),
    });
    expect([line, response.status < 300]).toEqual([line, true]);
    await response.body?.cancel();
  }
  const { text } = await app.get('/metrics');
  const missing = ROUTES.map(
    ({ method, path }) => `method="${method.toUpperCase()}",route="${path}"`,
  ).filter((labels) => !text.includes(labels));
  expect(missing).toEqual([]);
});
