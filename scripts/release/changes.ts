// What the changesets say: the lines that the next release adds to CHANGELOG.md.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseChangesetFile } from '@changesets/parse';

/** The groups of Keep a Changelog, in the order in which a release has them. */
export const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const;

export type Kind = (typeof KINDS)[number];

export interface Change {
  readonly kind: Kind;
  /** Markdown, without the list's dash; it may have several paragraphs. */
  readonly text: string;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** What is wrong with which file, and what to do. */
  readonly problems: readonly string[];
}

/** All parts move together, so one package stands for all of them. */
const PACKAGE = 'featureflags';

const FOLDER = '.changeset';
const BUMPS = new Set(['major', 'minor', 'patch']);
const FORM = `---\n'${PACKAGE}': minor\n---\n\nAdded: what somebody who uses it will notice.`;

/** Reads every changeset below `root`, in the order of their names. */
export function readChanges(root: string): Changes {
  const changes: Change[] = [];
  const problems: string[] = [];
  for (const name of changesetsOf(root)) {
    const read = changeOf(readFileSync(join(root, FOLDER, name), 'utf8'));
    if (typeof read === 'string') problems.push(`${FOLDER}/${name}: ${read}`);
    else changes.push(read);
  }
  return { changes, problems };
}

/** The change that a changeset's text tells, or what is wrong with it. */
export function changeOf(text: string): Change | string {
  const read = parsed(text);
  if (typeof read === 'string') return read;
  const [first] = read.releases;
  if (read.releases.length !== 1 || first?.name !== PACKAGE || !BUMPS.has(first.type)) {
    const got = read.releases.map(({ name, type }) => `'${name}': ${type}`).join(', ');
    return `it names ${got || 'no package'}; expected '${PACKAGE}' alone, as major, minor or patch: all parts move together`;
  }
  const [, kind, words = ''] = /^(\w+):\s*([^]*)$/.exec(read.summary) ?? [];
  if (!isKind(kind)) {
    const got = read.summary.split('\n')[0] ?? '';
    return `it begins with ${JSON.stringify(got)}; expected one of ${KINDS.join(', ')}, a colon and what changed`;
  }
  if (words.trim() === '') return `nothing stands after "${kind}:"; say what changed`;
  if (/^[a-z]/.test(words)) {
    return `"${words.slice(0, 20)}…" begins small; it becomes a line of its own: begin it with a capital letter`;
  }
  if (/^#/m.test(words)) return 'it has a heading; CHANGELOG.md gives each kind its heading';
  return { kind, text: words.trim() };
}

function changesetsOf(root: string): string[] {
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.md') && !/^(\.|readme\.)/i.test(name))
    .toSorted();
}

function parsed(text: string): ReturnType<typeof parseChangesetFile> | string {
  try {
    return parseChangesetFile(text);
  } catch (error) {
    const [why = ''] = String(error).replace('Error: ', '').split('\n');
    return `${why} Expected:\n${FORM}`;
  }
}

export function isKind(word: string | undefined): word is Kind {
  return KINDS.some((kind) => kind === word);
}
