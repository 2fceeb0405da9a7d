// CHANGELOG.md, in the form of Keep a Changelog: a section for each release, the newest first.

import { type Change, isKind, type Kind, KINDS } from './changes.ts';

export interface Release {
  readonly version: string;
  /** The day, as 2026-12-31. */
  readonly date: string;
}

export interface Section {
  /** What stands after `## `. */
  readonly title: string;
  readonly body: string;
}

const UNRELEASED = 'Unreleased';
const TITLE = /^(?:Unreleased|(\d+\.\d+\.\d+(?:-[\w.]+)?) - \d{4}-\d{2}-\d{2})$/;

/** The sections in their order. */
export function sectionsOf(changelog: string): Section[] {
  return parts(changelog).sections;
}

/** What is wrong with the changelog's form, and what to do. */
export function problemsOf(changelog: string): string[] {
  const sections = sectionsOf(changelog);
  const titles = sections.map(({ title }) => title);
  const problems = titles
    .filter((title) => !TITLE.test(title))
    .map((title) => `"## ${title}": expected "## Unreleased" or "## 1.2.3 - 2026-12-31"`);
  if (titles.lastIndexOf(UNRELEASED) > 0) problems.push('"## Unreleased" does not come first');
  const twice = titles.filter((title, index) => titles.indexOf(title) !== index);
  problems.push(...twice.map((title) => `"## ${title}" stands there twice: make one of both`));
  for (const { title, body } of sections) {
    for (const [, group] of body.matchAll(/^### (.*)$/gm)) {
      if (isKind(group)) continue;
      problems.push(`"### ${group ?? ''}" in "${title}": expected one of ${KINDS.join(', ')}`);
    }
    if (/^(?!### )\S/.test(body.trim())) {
      problems.push(`"## ${title}" has text before its first "###": put it into a group`);
    }
  }
  return problems.map((problem) => `CHANGELOG.md: ${problem}`);
}

/** The notes of a released version; undefined if the changelog does not have it. */
export function notesOf(changelog: string, version: string): string | undefined {
  const section = sectionsOf(changelog).find(({ title }) => TITLE.exec(title)?.[1] === version);
  return section?.body.trim();
}

/** The notes that a release made now would have: what is unreleased, and what the changesets say. */
export function pendingNotes(changelog: string, changes: readonly Change[]): string {
  const { sections } = parts(changelog);
  const unreleased = sections.find(({ title }) => title === UNRELEASED)?.body ?? '';
  const groups = groupsOf(unreleased);
  for (const { kind, text } of changes) {
    groups.set(kind, [...(groups.get(kind) ?? []), item(text)]);
  }
  return KINDS.filter((kind) => groups.has(kind))
    .map((kind) => `### ${kind}\n\n${(groups.get(kind) ?? []).join('\n')}`)
    .join('\n\n');
}

/** The changelog with a section for the release, which takes up what was unreleased. */
export function withRelease(
  changelog: string,
  { version, date }: Release,
  changes: readonly Change[],
): string {
  const { head, sections } = parts(changelog);
  const older = sections.filter(({ title }) => title !== UNRELEASED);
  const released = { title: `${version} - ${date}`, body: pendingNotes(changelog, changes) };
  const texts = [released, ...older].map(({ title, body }) => `## ${title}\n\n${body.trim()}`);
  return `${[head.trim(), ...texts].join('\n\n')}\n`;
}

function parts(changelog: string): { head: string; sections: Section[] } {
  const [head = '', ...texts] = changelog.split(/^## /m);
  const sections = texts.map((text) => {
    const end = text.indexOf('\n');
    return end < 0
      ? { title: text.trim(), body: '' }
      : { title: text.slice(0, end).trim(), body: text.slice(end + 1) };
  });
  return { head, sections };
}

function groupsOf(body: string): Map<Kind, string[]> {
  const groups = new Map<Kind, string[]>();
  for (const text of body.split(/^### /m).slice(1)) {
    const [kind = '', ...lines] = text.split('\n');
    if (isKind(kind)) groups.set(kind, [...(groups.get(kind) ?? []), lines.join('\n').trim()]);
  }
  return groups;
}

/** A list's item: what follows its first line is indented, so that it belongs to it. */
function item(text: string): string {
  return `- ${text.replaceAll(/\n(?=[^\n])/g, '\n  ')}`;
}
