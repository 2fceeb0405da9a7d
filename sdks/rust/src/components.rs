use std::collections::{HashMap, HashSet};

/// A directed graph: from each node to those that it points to.
pub(crate) type Graph<'a> = HashMap<&'a str, Vec<&'a str>>;

#[derive(Default)]
struct Search<'a> {
    /// When each node was first met.
    order: HashMap<&'a str, usize>,
    /// The earliest node that each one is known to reach.
    low: HashMap<&'a str, usize>,
    open: Vec<&'a str>,
    is_open: HashSet<&'a str>,
    found: Vec<Vec<&'a str>>,
}

/// The strongly connected components of a graph, each before those that point to it.
/// R. Tarjan, "Depth-first search and linear graph algorithms", 1972; with a list in place of
/// recursion, so that a long chain cannot overflow the stack.
pub(crate) fn components<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a str>> {
    let mut search = Search::default();
    for &node in graph.keys() {
        if !search.order.contains_key(node) {
            search.visit(graph, node);
        }
    }
    search.found
}

impl<'a> Search<'a> {
    fn visit(&mut self, graph: &Graph<'a>, start: &'a str) {
        self.enter(start);
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let ahead = graph.get(node).and_then(|ahead| ahead.get(*next)).copied();
            *next += 1;
            match ahead {
                None => {
                    path.pop();
                    self.leave(node, path.last().map(|(parent, _)| *parent));
                }
                Some(ahead) if !self.order.contains_key(ahead) => {
                    self.enter(ahead);
                    path.push((ahead, 0));
                }
                Some(ahead) if self.is_open.contains(ahead) => {
                    self.lower(node, self.order.get(ahead).copied());
                }
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, node: &'a str) {
        self.low.insert(node, self.order.len());
        self.order.insert(node, self.order.len());
        self.open.push(node);
        self.is_open.insert(node);
    }

    fn leave(&mut self, node: &'a str, parent: Option<&'a str>) {
        let low = self.low.get(node).copied();
        if low == self.order.get(node).copied() {
            self.close(node);
        }
        if let Some(parent) = parent {
            self.lower(parent, low);
        }
    }

    fn close(&mut self, root: &str) {
        let start = self
            .open
            .iter()
            .rposition(|node| *node == root)
            .unwrap_or_default();
        let component = self.open.split_off(start);
        for node in &component {
            self.is_open.remove(node);
        }
        self.found.push(component);
    }

    fn lower(&mut self, node: &'a str, to: Option<usize>) {
        if let (Some(low), Some(to)) = (self.low.get_mut(node), to) {
            *low = to.min(*low);
        }
    }
}
