import {
  FIRST_ENVIRONMENT,
  readDefinition,
  readEnvironments,
  stateIn,
  type FlagDefinition,
  type FlagState,
} from './definition.ts';
import {
  below,
  checkKey,
  readFields,
  readObject,
  readOptional,
  report,
  shown,
  type Issue,
  type Place,
} from './issue.ts';
import { emptyObject, isJsonObject, ownValue, type Json, type JsonObject } from './json.ts';
import { parseSnapshot, SCHEMA } from './parse.ts';
import { inProject, within } from './project-issues.ts';

/** All that is kept: the flags and segments of every environment. */
export interface Project {
  readonly environments: readonly string[];
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  readonly segments: Readonly<Record<string, Json>>;
}

/** A project without flags. */
export const EMPTY_PROJECT: Project = {
  environments: [FIRST_ENVIRONMENT],
  flags: emptyObject(),
  segments: emptyObject(),
};

/** What became of a project document. */
export interface ParsedProject {
  readonly project: Project | undefined;
  readonly issues: readonly Issue[];
}

/** Reads a project document (flags.yml, an export) and checks it in each of its environments. */
export function parseProject(input: unknown): ParsedProject {
  const issues: Issue[] = [];
  const project = readProject({ path: '', issues }, input);
  if (project === undefined || issues.length > 0) return { project: undefined, issues };
  const found = checkProject(project).map((issue) => within(issue, input as JsonObject));
  return { project: found.length === 0 ? project : undefined, issues: unique(found) };
}

function readProject(place: Place, input: unknown): Project | undefined {
  const object = readFields(place, input, ['schema', 'environments', 'flags', 'segments']);
  if (object === undefined) return undefined;
  const schema = ownValue(object, 'schema');
  if (schema !== undefined && schema !== SCHEMA) {
    const message = `this program knows schema ${String(SCHEMA)}, got ${shown(schema)}`;
    report(below(place, 'schema'), 'unsupported', message);
  }
  const environments = readOptional(place, object, 'environments', readEnvironments) ?? [
    FIRST_ENVIRONMENT,
  ];
  const flags = emptyObject<FlagDefinition>();
  for (const [key, value] of readMembers(place, object, 'flags')) {
    const at = below(below(place, 'flags'), key);
    const definition = readDefinition(at, key, value, environments);
    if (definition !== undefined) flags[key] = definition;
  }
  const segments = emptyObject();
  for (const [key, value] of readMembers(place, object, 'segments')) segments[key] = value;
  return { environments, flags, segments };
}

function readMembers(place: Place, object: JsonObject, name: string): [string, Json][] {
  const members = readOptional(place, object, name, readObject) ?? {};
  const at = below(place, name);
  return Object.entries(members).filter(([key]) => checkKey(below(at, key), key));
}

/** All that is wrong with a project, each path in the project's explicit form. */
export function checkProject(project: Project): Issue[] {
  const issues = project.environments.flatMap((environment) => {
    const document = snapshotDocument(project, environment, 0);
    return parseSnapshot(document).issues.map((issue) => inProject(issue, environment));
  });
  return unique(issues);
}

/** Each issue once: most of what is wrong is wrong in every environment. */
function unique(issues: readonly Issue[]): Issue[] {
  const seen = new Map(
    issues.map((issue) => [`${issue.path} ${issue.code} ${issue.message}`, issue]),
  );
  return [...seen.values()];
}

/** The snapshot of one environment, as JSON in its explicit form. */
export function snapshotDocument(
  project: Project,
  environment: string,
  version: number,
): JsonObject {
  const flags = emptyObject();
  for (const [key, definition] of Object.entries(project.flags)) {
    if (!definition.archived) flags[key] = explicitFlag(definition, environment);
  }
  return { schema: SCHEMA, environment, version, flags, segments: project.segments };
}

/** Made once for each definition and environment, so that parsing can take over what it knows. */
const explicitFlags = new WeakMap<FlagDefinition, Map<string, JsonObject>>();

/** A flag in one environment with nothing left out. */
export function explicitFlag(definition: FlagDefinition, environment: string): JsonObject {
  let made = explicitFlags.get(definition);
  if (made === undefined) explicitFlags.set(definition, (made = new Map<string, JsonObject>()));
  let flag = made.get(environment);
  if (flag === undefined) made.set(environment, (flag = makeExplicit(definition, environment)));
  return flag;
}

function makeExplicit(definition: FlagDefinition, environment: string): JsonObject {
  const { type, hash, salt, variants, requires, owner, metadata } = definition;
  const state = stateIn(definition, environment);
  const { enabled, targets, rules } = state;
  const off = state.off ?? usualOff(definition);
  const usual = isEmpty(rules) && isEmpty(targets) ? 'on' : off;
  const fallback = state.default ?? usualDefault(variants, usual) ?? idleDefault(state, off);
  return {
    type,
    enabled,
    hash,
    salt,
    variants,
    ...(off === undefined ? {} : { off }),
    requires,
    targets,
    rules,
    ...(fallback === undefined ? {} : { default: fallback }),
    metadata: owner !== '' && isJsonObject(metadata) ? { owner, ...metadata } : metadata,
  };
}

/** `off` left out: the variant of that name, else what it is in another environment. */
function usualOff({ variants, environments }: FlagDefinition): Json | undefined {
  if (hasVariant(variants, 'off')) return 'off';
  return Object.values(environments).find(({ off }) => off !== undefined)?.off;
}

/** While a flag is disabled its `default` serves nobody: where none is given, `off` stands there. */
function idleDefault({ enabled }: FlagState, off: Json | undefined): Json | undefined {
  return enabled || off === undefined ? undefined : { variant: off };
}

/** `default` left out: `on` for everyone without rules and targets, else `off`. */
function usualDefault(variants: Json, name: Json | undefined): Json | undefined {
  return typeof name === 'string' && hasVariant(variants, name) ? { variant: name } : undefined;
}

function isEmpty(list: Json): boolean {
  return Array.isArray(list) && list.length === 0;
}

function hasVariant(variants: Json, name: string): boolean {
  return (
    Array.isArray(variants) &&
    variants.some((variant: Json) => isJsonObject(variant) && ownValue(variant, 'name') === name)
  );
}
