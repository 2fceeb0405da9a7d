import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { check, type Results } from './checks.ts';
import { output } from './command.ts';
import { FOLLOWERS, follows } from './follow.ts';
import { emptyPlace, type EmptyPlace } from './place.ts';

const NAME = 'featureflags-client (PyPI)';
const HERE = { cwd: ROOT, env: process.env };

/**
 * Builds the wheel and the source distribution, checks and uses them.
 * @returns their paths; none if they could not be built
 */
export async function pythonPackage(results: Results, out: string, url: string): Promise<string[]> {
  const paths: string[] = [];
  await check(results, `${NAME}: build, twine check --strict`, async () => {
    paths.push(...(await build(out)));
    return 'passed; the wheel was built from the source distribution';
  });
  const [wheel] = paths;
  if (wheel !== undefined) await use(results, wheel, url);
  return paths;
}

async function build(out: string): Promise<string[]> {
  await output(['make', '--silent', 'python'], HERE);
  const python = join(ROOT, '.venv-python/bin/python');
  const printed = await output([python, 'sdks/python/tests/distributions.py', out], HERE);
  return printed.trim().split('\n');
}

async function use(results: Results, wheel: string, url: string): Promise<void> {
  using place = emptyPlace();
  const python = join(place.cwd, 'venv/bin/python');
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'] as const;
  await check(results, `${NAME}: install`, async () => {
    await output(['python3', '-m', 'venv', join(place.cwd, 'venv')], HERE);
    await output([...pip, '--no-index', wheel], place);
    return 'without an index';
  });
  await check(results, `${NAME}: use`, () => follows([python, FOLLOWERS.python], place, url));
  await check(results, `${NAME}: OpenFeature`, async () => {
    // Its own dependency comes from the index that pip is set to here.
    await output([...pip, `${wheel}[openfeature]`], HERE);
    return openFeature(python, place, url);
  });
}

async function openFeature(python: string, place: EmptyPlace, url: string): Promise<string> {
  const code = `
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from featureflags_client.openfeature import FeatureFlagsProvider
api.set_provider_and_wait(FeatureFlagsProvider("${url}", cache=False))
value = api.get_client().get_string_value("colour", "none", EvaluationContext("ann"))
assert value == "red", value
api.shutdown()
`;
  await output([python, '-c', code], place);
  return 'its provider answers';
}
