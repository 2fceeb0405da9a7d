import { emptyObject, type JsonObject, type Project } from '@featureflags/core';

import { Problem } from '../../errors.ts';
import { isSameProject } from './difference.ts';
import { editText } from './edit.ts';
import { readYaml, type YamlDocument } from './document.ts';
import { reviseEntries, type FlagsFile } from './outline.ts';
import { readFlags, type Parse } from './read.ts';
import { rewriteFlag } from './rewrite-flag.ts';
import { rewrite } from './rewrite.ts';
import { shortFlag } from './short.ts';

/** A file of which every node is known. */
interface ReadFile {
  readonly document: YamlDocument;
  readonly project: Project;
}

type Attempt = (file: ReadFile, after: Project) => string;

/** The least first; each later one gives up more of how the file was written. */
const ATTEMPTS: readonly Attempt[] = [
  (file, after) => editText(file.document, revised(file, after, rewriteFlag)),
  (file, after) => replacedMembers(file, after, ({ key, after: flag }) => shortFlag(key, flag)),
  (file, after) => replacedMembers(file, after, ({ after: flag }) => flag as unknown as JsonObject),
  (_file, after) => freshText(after),
];

/**
 * The text of the file when it means `after`. It has been read again and does mean that.
 * @param name what messages call the file
 */
export function revise(name: string, file: FlagsFile, after: Project, parse: Parse): FlagsFile {
  const quick = reviseEntries(file, after);
  if (quick !== undefined) return quick;
  const whole = { document: readYaml(file.text), project: file.project };
  for (const attempt of ATTEMPTS) {
    const result = tryToRead(name, attempt(whole, after), parse);
    if (result !== undefined && isSameProject(result.project, after)) return result;
  }
  throw new Problem('INTERNAL', `This change cannot be written to ${name}; nothing was changed`);
}

function tryToRead(name: string, text: string, parse: Parse): FlagsFile | undefined {
  try {
    return readFlags(name, text, parse);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function revised(
  { document, project }: ReadFile,
  after: Project,
  flag: Parameters<typeof rewrite>[2],
): JsonObject {
  return rewrite({ value: document.value, project }, after, flag);
}

/** Takes what changes out of the text and puts it in anew. */
function replacedMembers(
  file: ReadFile,
  after: Project,
  flag: Parameters<typeof rewrite>[2],
): string {
  const value = revised(file, after, flag);
  const kept = Object.assign(emptyObject(), value);
  for (const name of ['flags', 'segments']) {
    const [old, members] = [file.document.value[name], value[name]];
    if (old === undefined || members === undefined) continue;
    const before = old as JsonObject;
    const entries = Object.entries(members as JsonObject);
    const unchanged = entries.filter(([key, each]) => before[key] === each);
    kept[name] = Object.assign(emptyObject(), Object.fromEntries(unchanged));
  }
  return editText(readYaml(editText(file.document, kept)), value);
}

/** A file that nobody has written anything into. */
export function freshText({ environments, flags, segments }: Project): string {
  const written = { value: emptyObject(), project: { environments, flags: {}, segments: {} } };
  const value = rewrite(written, { environments, flags, segments }, rewriteFlag);
  const document = { text: HEADER, root: undefined, value: emptyObject(), faults: [] };
  return editText(document, { ...value, flags: value['flags'] ?? {} });
}

const HEADER = `# The feature flags. Edit this file, or let the server and ffctl do it: comments stay.
# The format is described in docs/flags-file.md.

`;
