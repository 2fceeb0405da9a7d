// The patterns of `4.pattern`: read to a tree (pattern_parse.rs), compiled to a program, and run
// by following every way at once, so that the time is linear in the length of the text.
// K. Thompson, "Regular Expression Search Algorithm", 1968; the program with its two lists of
// places is that of R. Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009.

use crate::pattern_class::is_word;
use crate::pattern_parse::{parse, Assertion};
use crate::pattern_program::{emit, Step};

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    program: Vec<Step>,
}

impl Pattern {
    /// Compiles a pattern; what is wrong with it is told in words for people.
    pub(crate) fn compile(pattern: &str) -> Result<Self, String> {
        let mut program = Vec::new();
        emit(&mut program, &parse(pattern)?);
        program.push(Step::Found);
        Ok(Self { program })
    }

    /// True if the pattern is found anywhere in the text.
    pub(crate) fn is_found_in(&self, text: &str) -> bool {
        let mut now = Places::new(self.program.len());
        let mut next = Places::new(self.program.len());
        let mut before = None;
        let mut characters = text.chars().map(u32::from);
        loop {
            let after = characters.next();
            // A match may begin at every place.
            if self.enter(&mut now, 0, Gap { before, after }) {
                return true;
            }
            let Some(character) = after else {
                return false;
            };
            let gap = Gap {
                before: after,
                after: characters.clone().next(),
            };
            for &place in &now.list {
                if let Some(Step::Take(class)) = self.program.get(place) {
                    if class.has(character) && self.enter(&mut next, place + 1, gap) {
                        return true;
                    }
                }
            }
            before = after;
            std::mem::swap(&mut now, &mut next);
            next.clear();
        }
    }

    /// Adds a place and all that can be reached from it without taking a code point.
    /// True if the end of the program is among them.
    fn enter(&self, places: &mut Places, start: usize, gap: Gap) -> bool {
        places.open.push(start);
        while let Some(place) = places.open.pop() {
            if !places.add(place) {
                continue;
            }
            match self.program.get(place) {
                Some(Step::Jump(to)) => places.open.push(*to),
                Some(Step::Fork(a, b)) => places.open.extend([*b, *a]),
                Some(Step::Check(assertion)) if gap.holds(*assertion) => {
                    places.open.push(place + 1);
                }
                Some(Step::Found) => return true,
                _ => {}
            }
        }
        false
    }
}

/// The places in a program at which a match may be; each at most once.
struct Places {
    list: Vec<usize>,
    has: Vec<bool>,
    open: Vec<usize>,
}

impl Places {
    fn new(size: usize) -> Self {
        Self {
            list: Vec::new(),
            has: vec![false; size],
            open: Vec::new(),
        }
    }

    fn add(&mut self, place: usize) -> bool {
        let Some(has) = self.has.get_mut(place).filter(|has| !**has) else {
            return false;
        };
        *has = true;
        self.list.push(place);
        true
    }

    fn clear(&mut self) {
        for &place in &self.list {
            if let Some(has) = self.has.get_mut(place) {
                *has = false;
            }
        }
        self.list.clear();
    }
}

const LINE_FEED: u32 = 10;

/// A place in the text: the code points on its two sides.
#[derive(Clone, Copy)]
struct Gap {
    before: Option<u32>,
    after: Option<u32>,
}

impl Gap {
    fn holds(self, assertion: Assertion) -> bool {
        let Self { before, after } = self;
        let at_word_end = || before.is_some_and(is_word) != after.is_some_and(is_word);
        match assertion {
            Assertion::Start => before.is_none(),
            Assertion::End => after.is_none(),
            Assertion::LineStart => before.is_none_or(|character| character == LINE_FEED),
            Assertion::LineEnd => after.is_none_or(|character| character == LINE_FEED),
            Assertion::WordEdge => at_word_end(),
            Assertion::NoWordEdge => !at_word_end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: &[(&str, &str, bool)] = &[
        ("", "", true),
        ("a|", "b", true),
        ("^a$", "a\n", false),
        ("(?m)^b$", "a\nb\nc", true),
        ("(?m)^b$", "a\nbc", false),
        ("a.c", "a\nc", false),
        ("(?s)a.c", "a\nc", true),
        ("(?s-s)a.c", "a\nc", false),
        (r"\bcat\b", "a cat!", true),
        (r"\bcat\b", "concat", false),
        (r"\Bcat", "concat", true),
        ("(?i)KÄ", "kÄ", true),
        ("(?i)KÄ", "kä", false),
        ("(?i)k", "\u{212a}", false),
        ("(?i:a)b", "Ab", true),
        ("(?i:a)b", "AB", false),
        ("(x(?i)a|b)c", "xAc", true),
        ("(x(?i)a|b)c", "Bc", true),
        ("(x(?i)a|b)c", "BC", false),
        ("^a{2,3}$", "aaaa", false),
        ("^a{2,3}$", "aaa", true),
        ("^a{2,}$", "aaaaa", true),
        ("^a{0}$", "", true),
        ("^(ab|c)*$", "abcab", true),
        ("^(a*)*$", "aab", false),
        ("a{,2}", "a{,2}", true),
        ("{", "{", true),
        ("^a??b$", "b", true),
        ("[]a]", "]", true),
        ("[^]a]", "]", false),
        ("[a-]", "-", true),
        (r"^[\d-z]$", "-", true),
        ("^[a-c-e]$", "-", true),
        ("^[a-c-e]$", "d", false),
        ("^[--a]$", "A", true),
        ("[[:alpha:]]", "1a", true),
        ("^[[:^alpha:]]$", "a", false),
        ("^[[:a]$", ":", true),
        ("^[[:space:]]$", "\u{b}", true),
        (r"^\s$", "\u{b}", false),
        ("(?i)^[^a]$", "A", false),
        (r"\x41\x{1F600}", "A😀", true),
        ("^.$", "😀", true),
        (r"\_\-", "_-", true),
        (r"\Aab\z", "ab", true),
        ("^a{01}$", "a{01}", true),
        ("(?i)[[:^upper:]]", "aA", false),
        ("^[[:]+$", "[:", true),
        (r"\B", "aéa", false),
    ];

    const REFUSED: &[&str] = &[
        "a**",
        "*",
        "(*)",
        "|*",
        "a(?i)*",
        "(?i)*",
        "a{2}{3}",
        "a*??",
        "a{1001}",
        "a{3,2}",
        "{2}",
        "(",
        ")",
        "(?",
        "(?)",
        "(?-)",
        "(?i-)",
        "(?i-s-m)",
        "(?x)",
        "(?=a)",
        "(?<n>a)(?P<n>b)",
        "(?<>a)",
        "(?P<a-b>c)",
        "[",
        "[]",
        "[^]",
        "[b-a]",
        r"[a-\d]",
        "[[:foo:]]",
        "[a-[:alpha:]]",
        r"[\b]",
        r"\1",
        r"\Q",
        r"\C",
        r"\pL",
        r"\Z",
        r"\x4",
        r"\x{110000}",
        r"\x{}",
        r"\x{0000041}",
        r"\é",
        "\\",
        "(?:a",
        r"\x{D800}",
        "(?:a{10}){166}",
        "[!-[:digit:]]",
        "[[:]a:]]",
    ];

    fn found(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().is_found_in(text)
    }

    #[test]
    fn finds_what_the_contract_says() {
        for &(pattern, text, expected) in FOUND {
            assert_eq!(found(pattern, text), expected, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn refuses_what_is_not_listed() {
        for pattern in REFUSED {
            assert!(Pattern::compile(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn bounds_size_and_nesting() {
        let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Pattern::compile(&nested(100)).is_ok());
        assert!(Pattern::compile(&nested(101)).is_err());
        assert!(Pattern::compile(&"a".repeat(2000)).is_ok());
        assert!(Pattern::compile(&"a".repeat(2001)).is_err());
        assert!(Pattern::compile("a{999}b{999}").is_ok());
        assert!(Pattern::compile("(a{40}){50}").is_err());
        assert!(Pattern::compile("((((a{1000}){1000}){1000}){1000}){1000}").is_err());
    }

    #[test]
    fn takes_linear_time() {
        let text = "a".repeat(20_000);
        assert!(!found("^(a+)+$", &format!("{text}!")));
        assert!(!found("(a*)*b", &text));
    }
}
