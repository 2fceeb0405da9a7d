"""The strongly connected components of a graph."""

from collections.abc import Iterator, Mapping, Sequence


def components(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected components, each before those that point to it.

    R. Tarjan, "Depth-first search and linear graph algorithms", 1972; with a list in place of
    recursion, so that a long chain cannot overflow the stack.
    """
    search = _Search(graph)
    for node in graph:
        if node not in search.order:
            search.visit(node)
    return search.found


class _Search:
    def __init__(self, graph: Mapping[str, Sequence[str]]) -> None:
        self.graph = graph
        self.found: list[list[str]] = []
        self.order: dict[str, int] = {}
        """When each node was first met."""
        self._low: dict[str, int] = {}
        """The earliest node that each one is known to reach."""
        self._open: dict[str, None] = {}

    def visit(self, start: str) -> None:
        path = [(start, self._enter(start))]
        while path:
            node, ahead = path[-1]
            following = next(ahead, None)
            if following is None:
                path.pop()
                self._leave(node, path[-1][0] if path else None)
            elif following not in self.order:
                path.append((following, self._enter(following)))
            elif following in self._open:
                self._lower(node, self.order[following])

    def _enter(self, node: str) -> Iterator[str]:
        self._low[node] = self.order[node] = len(self.order)
        self._open[node] = None
        return iter(self.graph.get(node, ()))

    def _leave(self, node: str, parent: str | None) -> None:
        if self._low[node] == self.order[node]:
            self._close(node)
        if parent is not None:
            self._lower(parent, self._low[node])

    def _close(self, root: str) -> None:
        component: list[str] = []
        while not component or component[-1] != root:
            component.append(self._open.popitem()[0])
        self.found.append(component)

    def _lower(self, node: str, to: int) -> None:
        self._low[node] = min(self._low[node], to)
