// Checks that all parts have one version, and that changesets and changelog can be released.

import { readVersions } from './release/versions.ts';

const { version, places, changes, problems } = readVersions(process.cwd());
for (const problem of problems) console.error(problem);
console.log(
  `versions: ${version} in ${places} places, ${changes.length} changesets, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
