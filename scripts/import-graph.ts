// The real import graph of the packages' sources, type imports included.

import { posix } from 'node:path';
import { type Import, sourceFacts, type Use } from './source-facts.ts';

/** A workspace: its folder at the root and its name on npm. */
export interface Room {
  folder: string;
  name: string;
}

export interface Edge {
  from: string;
  fromRoom: string;
  /** A path in the repository, or for a foreign package its specifier. */
  to: string;
  /** The room imported from; undefined for a foreign package or a path in no room. */
  toRoom: string | undefined;
  import: Import;
}

export interface FileUse extends Use {
  path: string;
  room: string;
}

export interface ImportGraph {
  edges: Edge[];
  uses: FileUse[];
}

export function importGraph(files: Map<string, string>, rooms: Room[]): ImportGraph {
  const edges: Edge[] = [];
  const uses: FileUse[] = [];
  for (const [path, text] of files) {
    const room = roomOf(path, rooms)?.folder;
    if (room === undefined) continue;
    const facts = sourceFacts(path, text);
    for (const found of facts.imports) {
      edges.push({ from: path, fromRoom: room, ...target(path, found, rooms), import: found });
    }
    for (const use of facts.uses) uses.push({ ...use, path, room });
  }
  return { edges, uses };
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.') || specifier.startsWith('/');
}

/** Every import cycle once: the edges from a file around to itself. */
export function cycles(edges: Edge[]): Edge[][] {
  const outgoing = new Map<string, Edge[]>();
  for (const edge of edges) {
    if (!outgoing.has(edge.from)) outgoing.set(edge.from, []);
    outgoing.get(edge.from)?.push(edge);
  }
  const found: Edge[][] = [];
  const reported = new Set<string>();
  for (const start of [...outgoing.keys()].toSorted()) {
    if (reported.has(start)) continue;
    const cycle = shortestWayBack(start, outgoing);
    if (!cycle) continue;
    for (const edge of cycle) reported.add(edge.from);
    found.push(cycle);
  }
  return found;
}

function shortestWayBack(start: string, outgoing: Map<string, Edge[]>): Edge[] | undefined {
  const seen = new Set<string>();
  let ways: Edge[][] = (outgoing.get(start) ?? []).map((edge) => [edge]);
  while (ways.length > 0) {
    const next: Edge[][] = [];
    for (const way of ways) {
      const end = way.at(-1)?.to ?? start;
      if (end === start) return way;
      if (seen.has(end)) continue;
      seen.add(end);
      for (const edge of outgoing.get(end) ?? []) next.push([...way, edge]);
    }
    ways = next;
  }
  return undefined;
}

function target(path: string, { specifier }: Import, rooms: Room[]): Pick<Edge, 'to' | 'toRoom'> {
  if (isRelative(specifier)) {
    const to = posix.join(posix.dirname(path), specifier);
    return { to, toRoom: roomOf(to, rooms)?.folder };
  }
  const room = rooms.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (!room) return { to: specifier, toRoom: undefined };
  const subpath = specifier.slice(room.name.length + 1);
  return { to: `${room.folder}/${subpath || 'src/index.ts'}`, toRoom: room.folder };
}

function roomOf(path: string, rooms: Room[]): Room | undefined {
  return rooms.find(({ folder }) => path.startsWith(`${folder}/`));
}
