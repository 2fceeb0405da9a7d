import type { Issue, ParsedProject, Project } from '@featureflags/core';
import { isMap } from 'yaml';

import { Problem } from '../../errors.ts';
import { outlineOf, type FlagsFile } from './outline.ts';
import { offsetOf, readYaml, type Fault, type YamlDocument } from './document.ts';

/** Reads a project document. */
export type Parse = (input: unknown) => ParsedProject;

/** How many of the things that are wrong are told; the rest often follows from them. */
const MAX_SHOWN = 20;

/** @throws FILE_INVALID, naming each line and what is wrong there */
export function readFlags(name: string, text: string, parse: Parse): FlagsFile {
  const document = readYaml(text);
  if (document.faults.length > 0) throw invalid(name, text, document.faults);
  const { project, issues } = parse(document.value);
  if (project !== undefined && issues.length === 0)
    return { text, project, outline: outlineOf(document) };
  const faults = issues.map((issue) => faultOf(document, issue));
  throw invalid(name, text, faults, issues);
}

/**
 * A file that was cut off while it was saved says nothing of flags, or `flags:` and no more. Who
 * means to have none says so.
 * @param known what the database holds
 * @throws FILE_INVALID
 */
export function refuseEmptied(name: string, { text, project }: FlagsFile, known: Project): void {
  if (Object.keys(project.flags).length > 0) return;
  const { root } = readYaml(text);
  const hadFlags = Object.keys(known.flags).length > 0;
  const hadSegments = Object.keys(known.segments).length > 0;
  const saysNone = isMap(root) && isMap(root.get('flags', true));
  if (saysNone || !(hadFlags || (root === undefined && hadSegments))) return;
  const what = root === undefined ? 'is empty' : 'has no flags';
  throw new Problem('FILE_INVALID', `${name} ${what}; write \`flags: {}\` to have no flags`);
}

/** A name in the file is wrong, or its value. */
function faultOf(document: YamlDocument, { path, code, message }: Issue): Fault {
  const isAboutKey = code === 'unknown' || code === 'key';
  const offset = offsetOf(document, path, isAboutKey);
  return { offset, message: path === '' ? message : `${path}: ${message}` };
}

function invalid(
  name: string,
  text: string,
  faults: readonly Fault[],
  issues: readonly Issue[] = [],
): Problem {
  const sorted = faults.toSorted((one, other) => one.offset - other.offset);
  const lines = sorted.map(
    ({ offset, message }) => `${name}:${position(text, offset)}: ${message}`,
  );
  const shown = lines.slice(0, MAX_SHOWN);
  if (lines.length > MAX_SHOWN) shown.push(`… and ${String(lines.length - MAX_SHOWN)} more`);
  return new Problem('FILE_INVALID', `${shown.join('\n')}\n${ADVICE}`, { issues });
}

const ADVICE = 'Correct the file; until then nothing of it is used, and nothing is written to it.';

function position(text: string, offset: number): string {
  const before = text
    .slice(0, offset)
    .replace(/^\uFEFF/, '')
    .split('\n');
  return `${String(before.length)}:${String((before.at(-1) ?? '').length + 1)}`;
}
