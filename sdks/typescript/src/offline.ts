import {
  isJsonObject,
  parseProject,
  snapshotDocument,
  type JsonObject,
  type Project,
} from '@featureflags/core';

import type { Files } from './files.ts';
import { parsedJson } from './json.ts';

/** A file larger than this is no snapshot. */
const MAX_FILE = 64 * 1024 * 1024;
/** How many of the things that are wrong with a file are told. */
const MAX_ISSUES = 3;

/**
 * The document that an option names: itself, or what is in a file.
 * @throws with what is wrong, in words
 */
export function documentFrom(
  given: string | JsonObject,
  environment: string | undefined,
  files: Files | undefined,
): unknown {
  if (typeof given !== 'string') return given;
  if (files === undefined) throw new Error('this runtime has no files: give the snapshot itself');
  const text = new TextDecoder().decode(files.read(given, MAX_FILE).content);
  if (/\.ya?ml$/i.test(given)) return documentOfYaml(text, environment, files);
  const document = parsedJson(text);
  if (document === undefined) throw new Error('it is no JSON');
  return document;
}

/** The part of the package `yaml` that is used here. */
interface Yaml {
  readonly parseDocument: (text: string, options: object) => YamlDocument;
}
interface YamlDocument {
  readonly errors: readonly Error[];
  readonly warnings: readonly Error[];
  readonly toJS: () => unknown;
}

/**
 * The snapshot of one environment of a flags file.
 * @throws with what is wrong, in words
 */
export function documentOfYaml(
  text: string,
  environment: string | undefined,
  files: Files,
): JsonObject {
  const { project, issues } = parseProject(projectJson(text, loadYaml(files)));
  if (project !== undefined) return snapshotDocument(project, chosen(project, environment), 0);
  const shown = issues.slice(0, MAX_ISSUES).map(({ path, message }) => `${path}: ${message}`);
  throw new Error(shown.join('; '));
}

function loadYaml(files: Files): Yaml {
  try {
    return files.load('yaml') as Yaml;
  } catch (error) {
    throw new Error('flags files need the package yaml: npm install yaml', { cause: error });
  }
}

/** What the YAML says as JSON: the first paragraphs of spec/project.md. */
function projectJson(text: string, { parseDocument }: Yaml): unknown {
  const document = parseDocument(text, { schema: 'core', prettyErrors: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw fault;
  const value = document.toJS() ?? {};
  if (!isJsonObject(value)) return value;
  // What deleting the last one leaves.
  const empty = ['flags', 'segments'].filter((name) => value[name] === null);
  return { ...value, ...Object.fromEntries(empty.map((name) => [name, {}])) };
}

function chosen({ environments }: Project, wanted: string | undefined): string {
  const names = environments.join(', ');
  if (wanted !== undefined) {
    if (environments.includes(wanted)) return wanted;
    throw new Error(`it has no environment ${wanted}, but ${names}`);
  }
  const [only] = environments;
  if (environments.includes('production')) return 'production';
  if (environments.length === 1 && only !== undefined) return only;
  throw new Error(`which environment? Set the option environment to one of ${names}`);
}
