import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { check, type Results } from './checks.ts';
import { output, type Command } from './command.ts';
import { FOLLOWERS, follows } from './follow.ts';
import { emptyPlace, type EmptyPlace } from './place.ts';

const NAME = 'featureflags-client (Cargo)';
const SDK = join(ROOT, 'sdks/rust');

/** Where the SDK's own tests compile: dependencies are not compiled twice. */
const TARGET = join(SDK, 'target');

/** Cargo needs its home here: it says where its toolchain is and which registry it asks. */
const HERE = { cwd: SDK, env: process.env };

/** Beside the application: that the provider is there, and takes a client. */
const PROVIDER = `
#[allow(dead_code)]
fn provider(client: FeatureClient) -> featureflags_client::FeatureFlagsProvider {
    featureflags_client::FeatureFlagsProvider::new(client)
}
`;

/**
 * Packs the crate, which compiles it from what is packed, and uses it.
 * @returns its path; none if it could not be packed
 */
export async function rustPackage(results: Results, out: string, url: string): Promise<string[]> {
  const paths: string[] = [];
  await check(results, `${NAME}: cargo package`, async () => {
    paths.push(await pack(out));
    return 'compiles from what is packed';
  });
  const [crate] = paths;
  if (crate !== undefined) await use(results, crate, url);
  return paths;
}

async function pack(out: string): Promise<string> {
  const words = ['--quiet', '--locked', '--allow-dirty', '--target-dir', TARGET];
  await output(['cargo', 'package', ...words], HERE);
  const id = await output(['cargo', 'pkgid', '--locked'], HERE);
  const file = `featureflags-client-${/(\d[\w.+-]*)\s*$/.exec(id)?.[1] ?? ''}.crate`;
  copyFileSync(join(TARGET, 'package', file), join(out, file));
  return join(out, file);
}

async function use(results: Results, crate: string, url: string): Promise<void> {
  using place = emptyPlace();
  await check(results, `${NAME}: install, with its OpenFeature provider`, async () => {
    await output(['tar', '-xzf', crate, '-C', place.cwd], HERE);
    await output(application(place, crate), HERE);
    return 'an application compiles with it';
  });
  const binary = join(TARGET, 'debug/application');
  await check(results, `${NAME}: use`, () => follows([binary], place, url));
}

/** An application whose only dependency is what was packed; returns the command that compiles it. */
function application(place: EmptyPlace, crate: string): Command {
  const folder = join(place.cwd, 'application');
  mkdirSync(join(folder, 'src'), { recursive: true });
  const unpacked = crate.replace(/^.*\//, '../').replace(/\.crate$/, '');
  const manifest = `[package]
name = "application"
edition = "2021"

[dependencies]
featureflags-client = { path = ${JSON.stringify(unpacked)}, features = ["openfeature"] }
`;
  writeFileSync(join(folder, 'Cargo.toml'), manifest);
  copyFileSync(join(SDK, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  copyFileSync(FOLLOWERS.rust, join(folder, 'src/main.rs'));
  writeFileSync(join(folder, 'src/main.rs'), PROVIDER, { flag: 'a' });
  const words = ['--quiet', '--target-dir', TARGET];
  return ['cargo', 'build', ...words, '--manifest-path', join(folder, 'Cargo.toml')];
}
