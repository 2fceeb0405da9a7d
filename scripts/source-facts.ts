// What the boundary check needs to know of one source file: what it imports and what it reaches for.

import {
  type Expression,
  parseSync,
  type PropertyKey,
  Visitor,
  type VisitorObject,
} from 'oxc-parser';

export interface Import {
  specifier: string;
  line: number;
  typeOnly: boolean;
  /** Written as `import()`, so loaded only when that line runs. */
  lazy: boolean;
}

/** A name reached for, dotted: `process.env`, `Date.now`, `console.log`; or `async`, `new Date()`. */
export interface Use {
  name: string;
  line: number;
}

export interface SourceFacts {
  imports: Import[];
  uses: Use[];
}

export function sourceFacts(path: string, text: string): SourceFacts {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const [problem] = errors;
  if (problem) throw new Error(`${path} does not parse: ${problem.message}`);
  const lineOf = lineCounter(text);
  const imports: Import[] = [];
  const uses: Use[] = [];
  importVisitor((specifier, at, kind) => {
    imports.push({ specifier, line: lineOf(at), typeOnly: kind === 'type', lazy: kind === 'lazy' });
  }).visit(program);
  useVisitor((name, at) => {
    uses.push({ name, line: lineOf(at) });
  }).visit(program);
  return { imports, uses };
}

type ReportImport = (specifier: string, at: number, kind: 'value' | 'type' | 'lazy') => void;
type ReportUse = (name: string, at: number) => void;

function importVisitor(report: ReportImport): Visitor {
  return new Visitor({
    ImportDeclaration: (node) => report(node.source.value, node.start, node.importKind ?? 'value'),
    ExportAllDeclaration: (node) =>
      report(node.source.value, node.start, node.exportKind ?? 'value'),
    ExportNamedDeclaration: (node) => {
      if (node.source) report(node.source.value, node.start, node.exportKind ?? 'value');
    },
    ImportExpression: (node) => {
      const specifier = literalText(node.source);
      if (specifier !== undefined) report(specifier, node.start, 'lazy');
    },
    TSImportType: (node) => report(node.source.value, node.start, 'type'),
  });
}

function useVisitor(report: ReportUse): Visitor {
  return new Visitor({ ...memberUses(report), ...clockAndAsyncUses(report) });
}

function memberUses(report: ReportUse): VisitorObject {
  return {
    MemberExpression: (node) => {
      const name = dottedName(node);
      if (name) report(name, node.start);
    },
    VariableDeclarator: (node) => {
      if (node.id.type !== 'ObjectPattern' || node.init?.type !== 'Identifier') return;
      for (const property of node.id.properties) {
        if (property.type !== 'Property') continue;
        report(`${node.init.name}.${keyText(property.key) ?? '*'}`, node.start);
      }
    },
    ImportDeclaration: (node) => {
      const module = node.source.value.replace(/^node:/, '');
      for (const item of node.specifiers) {
        if (item.type !== 'ImportSpecifier') continue;
        report(`${module}.${keyText(item.imported) ?? '*'}`, node.start);
      }
    },
  };
}

function clockAndAsyncUses(report: ReportUse): VisitorObject {
  return {
    NewExpression: (node) => {
      if (node.callee.type !== 'Identifier') return;
      if (node.callee.name === 'Promise') report('Promise', node.start);
      if (node.callee.name === 'Date' && node.arguments.length === 0) {
        report('new Date()', node.start);
      }
    },
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date') {
        report('Date()', node.start);
      }
    },
    FunctionDeclaration: (node) => node.async && report('async', node.start),
    FunctionExpression: (node) => node.async && report('async', node.start),
    ArrowFunctionExpression: (node) => node.async && report('async', node.start),
    AwaitExpression: (node) => report('await', node.start),
  };
}

function dottedName(node: Expression): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MetaProperty') return `${node.meta.name}.${node.property.name}`;
  if (node.type !== 'MemberExpression') return undefined;
  const object = dottedName(node.object);
  const key = node.computed ? literalText(node.property) : keyText(node.property);
  if (!object || key === undefined) return object;
  return object === 'globalThis' ? key : `${object}.${key}`;
}

function keyText(key: PropertyKey): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return literalText(key);
}

function literalText(node: { type: string; value?: unknown }): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function lineCounter(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length;
}
