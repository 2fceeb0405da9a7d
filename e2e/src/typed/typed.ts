// What typed calls give: typed.ts <url> <generated file>

import { FeatureClient } from 'featureflags-client';

/** What `ffctl codegen` is expected to have written, as far as this application uses it. */
interface Generated {
  readonly createFlags: (client: FeatureClient) => {
    readonly newCheckout: (context?: object) => boolean;
    readonly buttonColour: (context?: object) => string;
    readonly limit: () => number;
    readonly banner: () => unknown;
  };
}

const [url = '', file = ''] = process.argv.slice(2);
const { createFlags } = (await import(file)) as Generated;
const client = new FeatureClient(url, { cache: false });
const flags = createFlags(client);
const before = flags.newCheckout();
await client.waitUntilReady(10_000);
const values = [
  before,
  flags.newCheckout({ targetingKey: 'ann' }),
  flags.buttonColour(),
  flags.limit(),
  flags.banner(),
];
console.log(JSON.stringify(values));
await client.close();
