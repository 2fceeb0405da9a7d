// The rules of who may import and reach for what, as tables. The check over them is
// check-boundaries.ts; the reasons are in docs/architecture.md.

import { type Edge, type FileUse, isRelative } from './import-graph.ts';

interface Rule {
  name: string;
  todo: string;
}

export interface ImportRule extends Rule {
  breaks: (edge: Edge) => boolean;
}

export interface UseRule extends Rule {
  breaks: (use: FileUse) => boolean;
}

/** The rooms each room may import. Tests may import anything by its package name. */
const mayImport: Record<string, string[]> = {
  core: [],
  server: ['core'],
  'sdks/typescript': ['core'],
  cli: ['core', 'sdks/typescript', 'server'],
  edge: ['core', 'sdks/typescript'],
  operator: ['core', 'sdks/typescript'],
  vscode: ['core', 'sdks/typescript'],
};

/** What packages offer beside their index.ts. */
const entries: Record<string, string[]> = {
  'sdks/typescript': ['openfeature', 'openfeature-web', 'testing', 'web'],
};

/** Black boxes and measurements: they may import everything. */
const observers = new Set(['e2e', 'bench']);

const storeDrivers =
  /^(node:sqlite|bun:sqlite|better-sqlite3|kysely|pg|postgres|chokidar|write-file-atomic)$/;
const runtimeModules = /^(bun|bun:(?!sqlite).+|@hono\/node-server)$/;
const impure =
  /^(Date\.now|new Date\(\)|Date\(\)|Math\.random|async|await|Promise(\..+)?|(console|process|performance|crypto)\..+)$/;

export const importRules: ImportRule[] = [
  {
    name: 'core imports nothing',
    todo: 'pass what it gives as an argument, or move the code to the package that needs it',
    breaks: ({ from, fromRoom, toRoom }) =>
      fromRoom === 'core' && toRoom !== 'core' && !isTest(from),
  },
  {
    name: 'a store imports only core, errors.ts and store.ts',
    todo: 'move what it needs into core, errors.ts or store.ts, or into a file named after the store',
    breaks: ({ from, to, toRoom }) => {
      if (!inStores(from) || toRoom !== 'server' || isTest(from)) return false;
      if (to === 'server/src/errors.ts') return false;
      return !inStores(to) || !['store', 'migrations', family(from)].includes(family(to));
    },
  },
  {
    name: 'only main.ts names a concrete store',
    todo: 'take a Store (stores/store.ts) as an argument; main.ts creates it',
    breaks: ({ from, fromRoom, to }) =>
      fromRoom === 'server' &&
      inStores(to) &&
      to !== 'server/src/stores/store.ts' &&
      !inStores(from) &&
      from !== 'server/src/main.ts' &&
      !isTest(from),
  },
  {
    name: 'api/ and dashboard/ do not import each other',
    todo: 'move what both need into a file of its own beside app.ts',
    breaks: ({ from, to }) => {
      const views = [view(from), view(to)];
      return views.every(Boolean) && views[0] !== views[1] && !isTest(from);
    },
  },
  {
    name: 'only stores/<x>.ts imports its driver',
    todo: 'put it behind the Store interface, in server/src/stores/',
    breaks: ({ from, fromRoom, import: { specifier } }) =>
      storeDrivers.test(specifier) && !inStores(from) && !isFree(from, fromRoom),
  },
  {
    name: 'only openfeature*.ts imports OpenFeature',
    todo: 'move it into a file whose name begins with openfeature',
    breaks: ({ from, fromRoom, import: { specifier } }) =>
      specifier.startsWith('@openfeature/') &&
      !fileName(from).startsWith('openfeature') &&
      !isFree(from, fromRoom),
  },
  {
    name: 'only listen.ts knows the runtime',
    todo: 'use web standards or a node: module, or move it into server/src/listen.ts',
    breaks: ({ from, fromRoom, import: { specifier } }) =>
      runtimeModules.test(specifier) && fileName(from) !== 'listen.ts' && !isFree(from, fromRoom),
  },
  {
    name: 'imports between packages use the package name',
    todo: "import from the other package's name, and export what is needed from its index.ts",
    breaks: ({ from, fromRoom, to, toRoom, import: { specifier } }) =>
      isRelative(specifier)
        ? toRoom !== fromRoom && !(isTest(from) && to.startsWith('spec/'))
        : toRoom !== undefined && (toRoom === fromRoom || !isEntry(to, toRoom)),
  },
  {
    name: 'imports point towards core',
    todo: 'turn the dependency round, or add it to mayImport in scripts/boundary-rules.ts with a decision page',
    breaks: ({ from, fromRoom, toRoom }) =>
      toRoom !== undefined &&
      toRoom !== fromRoom &&
      !mayImport[fromRoom]?.includes(toRoom) &&
      !isFree(from, fromRoom),
  },
  {
    name: 'in cli, only local.ts imports the server, and lazily',
    todo: "move it into cli/src/local.ts as await import('featureflags'); types may be imported there",
    breaks: ({ from, fromRoom, toRoom, import: { lazy, typeOnly } }) =>
      fromRoom === 'cli' &&
      toRoom === 'server' &&
      !(from === 'cli/src/local.ts' && (lazy || typeOnly)) &&
      !isTest(from),
  },
];

export const useRules: UseRule[] = [
  {
    name: 'core has no clock, chance, I/O or async',
    todo: 'take the time, the random number or the loaded value as an argument',
    breaks: ({ name, path, room }) => room === 'core' && impure.test(name) && !isTest(path),
  },
  {
    name: 'only config.ts reads the environment',
    todo: "read it in the package's config.ts and pass the value on",
    breaks: ({ name, path, room }) =>
      /^(process|Bun|import\.meta)\.(env|\*)$/.test(name) &&
      fileName(path) !== 'config.ts' &&
      !isFree(path, room),
  },
  {
    name: 'only main.ts exits or installs signal handlers',
    todo: 'return an outcome or throw a catalogued error, and let main.ts act on it',
    breaks: ({ name, path, room }) =>
      /^process\.(exit|exitCode|abort|kill|on|once|addListener|prependListener)$/.test(name) &&
      fileName(path) !== 'main.ts' &&
      !isFree(path, room),
  },
  {
    name: 'only listen.ts knows the runtime',
    todo: 'use web standards or a node: module, or move it into server/src/listen.ts',
    breaks: ({ name, path, room }) =>
      /^(Bun\..+|process\.versions\.bun)$/.test(name) &&
      fileName(path) !== 'listen.ts' &&
      !isFree(path, room),
  },
];

function isEntry(path: string, room: string): boolean {
  const offered = entries[room] ?? [];
  return path === `${room}/src/index.ts` || offered.some((name) => path === `${room}/${name}`);
}

function isFree(path: string, room: string): boolean {
  return isTest(path) || observers.has(room);
}

function isTest(path: string): boolean {
  return /\.(test|contract|fixture)\.ts$/.test(path);
}

function inStores(path: string): boolean {
  return path.startsWith('server/src/stores/');
}

/** sqlite of stores/sqlite.ts, stores/sqlite-rows.ts and stores/sqlite/rows.ts */
function family(path: string): string {
  return /^server\/src\/stores\/([^/.-]+)/.exec(path)?.[1] ?? path;
}

function view(path: string): string | undefined {
  return /^server\/src\/(api|dashboard)\//.exec(path)?.[1];
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
