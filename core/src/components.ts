/** A directed graph: from each node to those that it points to. */
export type Graph = ReadonlyMap<string, readonly string[]>;

interface Search {
  readonly graph: Graph;
  /** When each node was first met. */
  readonly order: Map<string, number>;
  /** The earliest node that each one is known to reach. */
  readonly low: Map<string, number>;
  readonly open: string[];
  readonly isOpen: Set<string>;
  readonly found: string[][];
}

interface Step {
  readonly node: string;
  next: number;
}

/**
 * The strongly connected components of a graph, each before those that point to it.
 * R. Tarjan, "Depth-first search and linear graph algorithms", 1972; with a list in place of
 * recursion, so that a long chain cannot overflow the stack.
 */
export function components(graph: Graph): string[][] {
  const search: Search = {
    graph,
    order: new Map(),
    low: new Map(),
    open: [],
    isOpen: new Set(),
    found: [],
  };
  for (const node of graph.keys()) {
    if (!search.order.has(node)) visit(search, node);
  }
  return search.found;
}

function visit(search: Search, start: string): void {
  const path: Step[] = [enter(search, start)];
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const ahead = search.graph.get(step.node)?.[step.next];
    step.next += 1;
    if (ahead === undefined) {
      path.pop();
      leave(search, step.node, path.at(-1)?.node);
    } else if (!search.order.has(ahead)) {
      path.push(enter(search, ahead));
    } else if (search.isOpen.has(ahead)) {
      lower(search, step.node, search.order.get(ahead) as number);
    }
  }
}

function enter({ order, low, open, isOpen }: Search, node: string): Step {
  low.set(node, order.size);
  order.set(node, order.size);
  open.push(node);
  isOpen.add(node);
  return { node, next: 0 };
}

function leave(search: Search, node: string, parent: string | undefined): void {
  const low = search.low.get(node) as number;
  if (low === search.order.get(node)) close(search, node);
  if (parent !== undefined) lower(search, parent, low);
}

function close({ open, isOpen, found }: Search, root: string): void {
  const component = open.splice(open.lastIndexOf(root));
  for (const node of component) isOpen.delete(node);
  found.push(component);
}

function lower({ low }: Search, node: string, to: number): void {
  low.set(node, Math.min(low.get(node) as number, to));
}
