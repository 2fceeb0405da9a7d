import { emptyObject, type Json, type JsonObject } from '@featureflags/core';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/** One thing that is wrong with a text, and where. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** The text of a flags file, with the JSON that it says. */
export interface YamlDocument {
  readonly text: string;
  /** Undefined if the text says nothing at all. */
  readonly root: ParsedNode | undefined;
  readonly value: JsonObject;
  readonly faults: readonly Fault[];
}

/** A file larger than this is somebody's mistake. */
const MAX_SIZE = 10 * 1024 * 1024;

/**
 * Reads YAML 1.2 as plain JSON. What would let one place of the file change what another one says
 * (anchors, merge keys, tags, directives) is refused: the diff of a flag shows all that changed.
 */
export function readYaml(text: string): YamlDocument {
  if (text.length > MAX_SIZE) {
    return { text, root: undefined, value: {}, faults: [{ offset: 0, message: TOO_LARGE }] };
  }
  const parsed = parseDocument(text, {
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: true,
  });
  const faults: Fault[] = parsed.errors.map(({ code, message, pos: [offset] }) => ({
    offset,
    message: CLEARER[code] ?? message,
  }));
  const { yaml: directive } = parsed.directives;
  if (directive.explicit === true || text.startsWith('%')) {
    faults.push({ offset: 0, message: 'directives are not read here: leave the % line out' });
  }
  const root = parsed.contents ?? undefined;
  // What is read of a text with errors is a guess.
  if (faults.length > 0 || root === undefined) return { text, root, value: {}, faults };
  const value = toJson(root, { text, faults });
  return { text, root, value: withMembers(value), faults };
}

const TOO_LARGE = `the file is larger than ${String(MAX_SIZE / 1024 / 1024)} MB`;

const CLEARER: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here: a flags file holds one',
  RESOURCE_EXHAUSTION: 'lists and objects are nested too deeply',
};

/** `flags:` with nothing below it is what remains when somebody deletes the last flag. */
function withMembers(value: Json): JsonObject {
  if (value === null) return emptyObject();
  const object = value as JsonObject;
  if (typeof value !== 'object' || Array.isArray(value)) return object;
  const result = Object.assign(emptyObject(), object);
  for (const name of ['flags', 'segments']) {
    if (Object.hasOwn(result, name) && result[name] === null) result[name] = emptyObject();
  }
  return result;
}

/** What is being read, and what was wrong with it so far. */
interface Reading {
  readonly text: string;
  readonly faults: Fault[];
}

function toJson(node: ParsedNode, reading: Reading): Json {
  const { faults } = reading;
  const offset = node.range[0];
  if (isAlias(node)) {
    faults.push({ offset, message: 'aliases are not read here: write the value out' });
    return null;
  }
  refuseProperties(node, reading);
  if (isMap(node)) return objectOf(node, reading);
  if (isSeq(node)) return node.items.map((item) => toJson(item, reading));
  return scalarOf(node, faults);
}

/** Anchors and tags stand before the node that they belong to. */
function refuseProperties(node: ParsedNode, { text, faults }: Reading): void {
  const isAnchored = 'anchor' in node && node.anchor !== undefined;
  if (!isAnchored && node.tag === undefined) return;
  const end = node.range[0];
  const [properties] = /[&!]\S*(\s+[&!]\S*)*\s*$/.exec(text.slice(0, end)) ?? [''];
  const what = isAnchored ? 'anchors' : 'tags';
  const message = `${what} are not read here: leave ${properties.trim()} out`;
  faults.push({ offset: end - properties.length, message });
}

function objectOf(map: YAMLMap, reading: Reading): JsonObject {
  const object = emptyObject();
  for (const pair of map.items) {
    const [key, node] = [pair.key as ParsedNode, pair.value as ParsedNode | null];
    const name = keyText(key);
    const problem = keyProblem(name, key, object);
    if (problem !== undefined) reading.faults.push({ offset: key.range[0], message: problem });
    if (name !== undefined) object[name] = node === null ? null : toJson(node, reading);
  }
  return object;
}

function keyProblem(
  name: string | undefined,
  key: ParsedNode,
  object: JsonObject,
): string | undefined {
  if (name === undefined) return 'a key must be a text';
  if (name === '<<' && (key as Scalar).type === 'PLAIN') {
    return 'merge keys are not read here: write the fields out';
  }
  if (Object.hasOwn(object, name)) return `${name} is here twice: leave one of them out`;
  return key.tag === undefined ? undefined : 'tags are not read here';
}

/** A key as it stands in the file: `1.10` is the text 1.10, not a number. */
export function keyText(key: ParsedNode): string | undefined {
  if (!isScalar(key) || key.anchor !== undefined) return undefined;
  const text = typeof key.value === 'string' ? key.value : key.source;
  return text === '' && key.type === 'PLAIN' ? undefined : text;
}

function scalarOf(node: Scalar.Parsed, faults: Fault[]): Json {
  const { value } = node;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    faults.push({ offset: node.range[0], message: `${node.source} is not a number that JSON has` });
  }
  return value as Json;
}

/** Where a JSON Pointer leads to in the text: the nearest part that is there. */
export function offsetOf(document: YamlDocument, pointer: string, isAboutKey: boolean): number {
  let node = document.root;
  let offset = node?.range[0] ?? 0;
  for (const token of pointer.split('/').slice(1)) {
    const next = childOf(node, token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (next === undefined) return offset;
    node = next.node;
    offset = next.offset;
  }
  const isValue = !isAboutKey && isScalar(node) && node.range[1] > node.range[0];
  return isValue ? (node as Scalar.Parsed).range[0] : offset;
}

interface Child {
  readonly node: ParsedNode | undefined;
  readonly offset: number;
}

function childOf(node: ParsedNode | undefined, name: string): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(name)];
    return item && { node: item, offset: item.range[0] };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => keyText(key) === name);
  if (pair === undefined) return undefined;
  const value = pair.value ?? undefined;
  return { node: value, offset: pair.key.range[0] };
}
