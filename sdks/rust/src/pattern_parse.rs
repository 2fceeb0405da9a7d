use std::collections::HashSet;

use crate::pattern_class::Class;
use crate::pattern_reader::Reader;

/// A part of a pattern.
#[derive(Debug)]
pub(crate) enum Node {
    Take(Class),
    Check(Assertion),
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    Repeat {
        node: Box<Node>,
        from: usize,
        to: Option<usize>,
    },
}

/// What can hold at a place between two code points.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Assertion {
    Start,
    End,
    LineStart,
    LineEnd,
    WordEdge,
    NoWordEdge,
}

/// The bounds of `4.pattern`.
const MAX_SIZE: usize = 2000;
const MAX_REPEAT: usize = 1000;
const MAX_OPEN: usize = 100;

/// Reads a pattern; what is wrong with it is told in words for people.
pub(crate) fn parse(pattern: &str) -> Result<Node, String> {
    let mut parser = Parser {
        reader: Reader::new(pattern),
        names: HashSet::new(),
        open: 0,
    };
    let sized = parser.alternatives(Flags::default())?;
    if parser.reader.peek().is_some() {
        return Err("a ) without its (".into());
    }
    Ok(checked(sized)?.node)
}

/// A part with its size as `4.pattern` counts it.
struct Sized {
    node: Node,
    size: usize,
    /// The product of the counts of repeats in one another.
    copies: usize,
}

type Parsed<T> = Result<T, String>;

/// Parts only grow, so that a part that is too large is the end of the pattern.
fn checked(sized: Sized) -> Parsed<Sized> {
    if sized.size > MAX_SIZE {
        return Err(format!("too large: the size is above {MAX_SIZE}"));
    }
    if sized.copies > MAX_REPEAT {
        return Err(format!(
            "repeats in one another make more than {MAX_REPEAT}"
        ));
    }
    Ok(sized)
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    lines: bool,
    line_feed: bool,
}

struct Parser<'a> {
    reader: Reader<'a>,
    names: HashSet<&'a str>,
    open: usize,
}

impl<'a> Parser<'a> {
    /// Everything up to the end of the group.
    fn alternatives(&mut self, mut flags: Flags) -> Parsed<Sized> {
        let (mut nodes, mut size, mut copies) = (Vec::new(), 0, 1);
        loop {
            let sequence = self.sequence(&mut flags)?;
            size += sequence.size;
            copies = copies.max(sequence.copies);
            nodes.push(sequence.node);
            if !self.reader.take('|') {
                return checked(Sized {
                    node: Node::Alternatives(nodes),
                    size,
                    copies,
                });
            }
            size += 1;
        }
    }

    /// Flags set in one alternative hold in the next ones too.
    fn sequence(&mut self, flags: &mut Flags) -> Parsed<Sized> {
        let (mut nodes, mut size, mut copies) = (Vec::new(), 0, 1);
        while !matches!(self.reader.peek(), None | Some('|' | ')')) {
            if let Some(atom) = self.atom(flags)? {
                let item = checked(self.repeated(atom)?)?;
                size += item.size;
                copies = copies.max(item.copies);
                nodes.push(item.node);
            }
            if size > MAX_SIZE {
                break;
            }
        }
        checked(Sized {
            node: Node::Sequence(nodes),
            size,
            copies,
        })
    }

    /// The next atom; none if it was a flag group, which is no atom.
    fn atom(&mut self, flags: &mut Flags) -> Parsed<Option<Sized>> {
        if self.repeat()?.is_some() {
            return Err("a repeat with nothing before it".into());
        }
        let Some(character) = self.reader.next() else {
            return Err("the pattern ends too early".into());
        };
        let node = match character {
            '(' => return self.group(flags),
            '[' => Node::Take(self.reader.class(flags.fold)?),
            '.' => Node::Take(Class::any(flags.line_feed)),
            '^' if flags.lines => Node::Check(Assertion::LineStart),
            '^' => Node::Check(Assertion::Start),
            '$' if flags.lines => Node::Check(Assertion::LineEnd),
            '$' => Node::Check(Assertion::End),
            '\\' => self.escape(flags.fold)?,
            other => Node::Take(Class::one(other.into(), flags.fold)),
        };
        Ok(Some(Sized {
            node,
            size: 1,
            copies: 1,
        }))
    }

    fn escape(&mut self, fold: bool) -> Parsed<Node> {
        let assertion = match self.reader.peek() {
            Some('A') => Some(Assertion::Start),
            Some('z') => Some(Assertion::End),
            Some('b') => Some(Assertion::WordEdge),
            Some('B') => Some(Assertion::NoWordEdge),
            _ => None,
        };
        if let Some(assertion) = assertion {
            self.reader.next();
            return Ok(Node::Check(assertion));
        }
        if let Some(class) = self.reader.escaped_class() {
            return Ok(Node::Take(class));
        }
        Ok(Node::Take(Class::one(self.reader.escaped()?, fold)))
    }

    fn repeated(&mut self, atom: Sized) -> Parsed<Sized> {
        let Some((repeat, from, to)) = self.repeat()? else {
            return Ok(atom);
        };
        self.reader.take('?');
        if self.repeat()?.is_some() {
            return Err("a repeat after a repeat".into());
        }
        let count = match repeat {
            Repeat::Sign => 1,
            Repeat::Counted => to.unwrap_or(from).max(1),
        };
        // An atom is at most 2,000 large: the products stay small.
        let (size, copies) = (atom.size * count + 1, atom.copies * count);
        Ok(Sized {
            node: Node::Repeat {
                node: Box::new(atom.node),
                from,
                to,
            },
            size,
            copies,
        })
    }

    /// Takes a repeat, if there is one; its bounds.
    fn repeat(&mut self) -> Parsed<Option<(Repeat, usize, Option<usize>)>> {
        let sign = match self.reader.peek() {
            Some('*') => (Repeat::Sign, 0, None),
            Some('+') => (Repeat::Sign, 1, None),
            Some('?') => (Repeat::Sign, 0, Some(1)),
            _ => return self.counted(),
        };
        self.reader.next();
        Ok(Some(sign))
    }

    fn counted(&mut self) -> Parsed<Option<(Repeat, usize, Option<usize>)>> {
        let Some((from, to)) = self.reader.counts() else {
            return Ok(None);
        };
        let top = to.unwrap_or(from);
        if from > MAX_REPEAT || top > MAX_REPEAT {
            return Err(format!("a repeat of more than {MAX_REPEAT}"));
        }
        if top < from {
            return Err("a repeat whose end is before its start".into());
        }
        Ok(Some((Repeat::Counted, from, to)))
    }

    fn group(&mut self, flags: &mut Flags) -> Parsed<Option<Sized>> {
        if !self.reader.take('?') {
            return self.inside(*flags).map(Some);
        }
        if self.reader.take_text("P<") || self.reader.take_text("<") {
            let name = self.reader.name()?;
            if !self.names.insert(name) {
                return Err(format!("two groups of the name {name}"));
            }
            return self.inside(*flags).map(Some);
        }
        let changed = self.flags(*flags)?;
        if self.reader.take(':') {
            return self.inside(changed).map(Some);
        }
        *flags = changed;
        self.reader.take(')');
        Ok(None)
    }

    /// Reads the letters of a flag group up to its `:` or `)`; none at all only before `:`.
    fn flags(&mut self, mut flags: Flags) -> Parsed<Flags> {
        let (mut value, mut letters) = (true, 0);
        loop {
            let flag = match self.reader.peek() {
                Some('i') => Some(&mut flags.fold),
                Some('m') => Some(&mut flags.lines),
                Some('s') => Some(&mut flags.line_feed),
                Some('U') => None,
                Some('-') if value => {
                    (value, letters) = (false, 0);
                    self.reader.next();
                    continue;
                }
                Some(':') if letters > 0 || value => return Ok(flags),
                Some(')') if letters > 0 => return Ok(flags),
                _ => return Err("a group that is not known after (?".into()),
            };
            if let Some(flag) = flag {
                *flag = value;
            }
            letters += 1;
            self.reader.next();
        }
    }

    fn inside(&mut self, flags: Flags) -> Parsed<Sized> {
        self.open += 1;
        if self.open > MAX_OPEN {
            return Err(format!("more than {MAX_OPEN} groups in each other"));
        }
        let inside = self.alternatives(flags)?;
        self.open -= 1;
        if !self.reader.take(')') {
            return Err("a ( without its )".into());
        }
        Ok(Sized {
            size: inside.size + 1,
            ..inside
        })
    }
}

/// How a repeat is spelled, which its size depends on.
#[derive(Clone, Copy)]
enum Repeat {
    Sign,
    Counted,
}
