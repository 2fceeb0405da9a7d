// An application in TypeScript: it says what a flag serves, at every change and when it is asked.
//   follow.ts <url> <flag> <cache folder>

import { createInterface } from 'node:readline';

import { FeatureClient } from 'featureflags-client';

const [url = '', flag = '', cache = ''] = process.argv.slice(2);
const client = new FeatureClient(url, { cache });
client.onChange(() => {
  say('change');
});

/** One line: when (milliseconds since 1970), why it is said, and what the flag serves. */
function say(why: string): void {
  const { value, reason, version } = client.details(flag, 'none');
  const time = performance.timeOrigin + performance.now();
  process.stdout.write(`${JSON.stringify({ time, why, value, reason, version })}\n`);
}

await client.waitUntilReady(10_000);
say('ready');
for await (const line of createInterface({ input: process.stdin })) say(line);
await client.close();
