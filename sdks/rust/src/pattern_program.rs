use crate::pattern_class::Class;
use crate::pattern_parse::{Assertion, Node};

#[derive(Debug)]
pub(crate) enum Step {
    /// Takes one code point of the class.
    Take(Class),
    /// Goes on if the assertion holds here.
    Check(Assertion),
    /// Goes on at both places.
    Fork(usize, usize),
    Jump(usize),
    Found,
}

pub(crate) fn emit(program: &mut Vec<Step>, node: &Node) {
    match node {
        Node::Take(class) => program.push(Step::Take(class.clone())),
        Node::Check(assertion) => program.push(Step::Check(*assertion)),
        Node::Sequence(nodes) => nodes.iter().for_each(|node| emit(program, node)),
        Node::Alternatives(nodes) => emit_alternatives(program, nodes),
        Node::Repeat { node, from, to } => emit_repeat(program, node, *from, *to),
    }
}

fn emit_alternatives(program: &mut Vec<Step>, nodes: &[Node]) {
    let mut ends = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let is_last = index + 1 == nodes.len();
        let fork = program.len();
        if !is_last {
            program.push(Step::Fork(fork + 1, 0));
        }
        emit(program, node);
        if !is_last {
            ends.push(program.len());
            program.push(Step::Jump(0));
            fork_to_end(program, fork);
        }
    }
    let after = program.len();
    for end in ends {
        set(program, end, Step::Jump(after));
    }
}

fn emit_repeat(program: &mut Vec<Step>, node: &Node, from: usize, to: Option<usize>) {
    for _ in 0..from {
        emit(program, node);
    }
    let Some(to) = to else {
        let fork = program.len();
        program.push(Step::Fork(fork + 1, 0));
        emit(program, node);
        program.push(Step::Jump(fork));
        return fork_to_end(program, fork);
    };
    let mut forks = Vec::new();
    for _ in from..to {
        forks.push(program.len());
        program.push(Step::Found);
        emit(program, node);
    }
    for fork in forks {
        fork_to_end(program, fork);
    }
}

/// Goes on behind the fork, or at the end of the program so far.
fn fork_to_end(program: &mut [Step], fork: usize) {
    let after = program.len();
    set(program, fork, Step::Fork(fork + 1, after));
}

fn set(program: &mut [Step], place: usize, step: Step) {
    if let Some(old) = program.get_mut(place) {
        *old = step;
    }
}
