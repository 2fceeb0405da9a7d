import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { check, type Results } from './checks.ts';
import { output } from './command.ts';
import { FOLLOWERS, follows } from './follow.ts';
import { emptyPlace, type EmptyPlace } from './place.ts';
import { install } from './use-programs.ts';

const NAME = 'featureflags-client (npm)';

/** OpenFeature's SDK is a peer; here it comes from what this repository has installed. */
const PEERS = ['@openfeature/server-sdk', '@openfeature/core'];

/** Installs the client and uses it, by itself and by its OpenFeature provider. */
export async function useNpmClient(results: Results, tarball: string, url: string): Promise<void> {
  using place = emptyPlace();
  writeFileSync(join(place.cwd, 'package.json'), '{"type":"module"}');
  await check(results, `${NAME}: install`, () => install(place, [tarball]));
  copyFileSync(FOLLOWERS.typescript, join(place.cwd, 'follow.ts'));
  await check(results, `${NAME}: use`, () => follows(['node', 'follow.ts'], place, url));
  await check(results, `${NAME}: OpenFeature`, () => openFeature(place, tarball, url));
}

async function openFeature(place: EmptyPlace, tarball: string, url: string): Promise<string> {
  const peers = PEERS.map((name) => join(ROOT, 'node_modules', name));
  await install(place, [tarball, ...peers]);
  const code = `
    import { OpenFeature } from '@openfeature/server-sdk';
    import { FeatureFlagsProvider } from 'featureflags-client/openfeature';
    await OpenFeature.setProviderAndWait(new FeatureFlagsProvider({ url: '${url}', cache: false }));
    const value = await OpenFeature.getClient().getStringValue('colour', 'none', { targetingKey: 'u' });
    if (value !== 'red') throw new Error('expected red, got ' + value);
    await OpenFeature.close();
  `;
  await output(['node', '--input-type=module', '-e', code], place);
  return 'its provider answers';
}
