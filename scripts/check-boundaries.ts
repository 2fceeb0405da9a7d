// Which way things point: holds the rules of boundary-rules.ts over the real import graph.

import { globSync, readFileSync } from 'node:fs';
import { importRules, useRules } from './boundary-rules.ts';
import { cycles, type Edge, importGraph, type Room } from './import-graph.ts';

export interface Finding {
  path: string;
  line: number;
  rule: string;
  got: string;
  todo: string;
}

/** Checks sources, given by their paths in the repository. */
export function checkBoundaries(files: Map<string, string>, rooms: Room[]): Finding[] {
  const { edges, uses } = importGraph(files, rooms);
  const findings = [
    ...edges.flatMap(importFindings),
    ...uses.flatMap((use) =>
      useRules
        .filter((rule) => rule.breaks(use))
        .map(({ name, todo }) => ({ ...use, rule: name, got: `uses ${use.name}`, todo })),
    ),
    ...cycles(edges).flatMap(cycleFinding),
  ];
  return findings.map(({ path, line, rule, got, todo }) => ({ path, line, rule, got, todo }));
}

function importFindings(edge: Edge): Finding[] {
  const { specifier, line } = edge.import;
  return importRules
    .filter((rule) => rule.breaks(edge))
    .map(({ name, todo }) => {
      return { path: edge.from, line, rule: name, got: `imports ${specifier}`, todo };
    });
}

function cycleFinding(cycle: Edge[]): Finding[] {
  const [first] = cycle;
  if (!first) return [];
  const way = [first.from, ...cycle.map((edge) => edge.to)].join(' → ');
  return [
    {
      path: first.from,
      line: first.import.line,
      rule: 'no import cycle, type imports included',
      got: way,
      todo: 'move what both sides need into a file of its own',
    },
  ];
}

function readRooms(): Room[] {
  const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    workspaces: string[];
  };
  return workspaces.map((folder) => {
    const { name } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Room;
    return { folder, name };
  });
}

function main(): void {
  const rooms = readRooms();
  const paths = rooms.flatMap(({ folder }) => globSync(`${folder}/src/**/*.ts`)).toSorted();
  const findings = checkBoundaries(
    new Map(paths.map((path) => [path, readFileSync(path, 'utf8')])),
    rooms,
  );
  for (const { path, line, rule, got, todo } of findings) {
    console.error(`${path}:${line}  ${rule}\n    got:   ${got}\n    to do: ${todo}`);
  }
  console.log(`boundaries: ${paths.length} files, ${findings.length} broken`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
