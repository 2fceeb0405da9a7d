/// A set of code points: ranges, both ends in them; in order and apart once it is settled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Class {
    ranges: Vec<(u32, u32)>,
    negated: bool,
}

const LAST: u32 = 0x0010_ffff;
const DIGIT: &[(u8, u8)] = &[(b'0', b'9')];
const WORD: &[(u8, u8)] = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];
const SPACE: &[(u8, u8)] = &[(9, 10), (12, 13), (b' ', b' ')];

/// The classes of `[:name:]`, POSIX's in ASCII and RE2's `word`.
const NAMED: &[(&str, &[(u8, u8)])] = &[
    ("alnum", &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')]),
    ("alpha", &[(b'A', b'Z'), (b'a', b'z')]),
    ("ascii", &[(0, 127)]),
    ("blank", &[(9, 9), (b' ', b' ')]),
    ("cntrl", &[(0, 31), (127, 127)]),
    ("digit", DIGIT),
    ("graph", &[(b'!', b'~')]),
    ("lower", &[(b'a', b'z')]),
    ("print", &[(b' ', b'~')]),
    (
        "punct",
        &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
    ),
    ("space", &[(9, 13), (b' ', b' ')]),
    ("upper", &[(b'A', b'Z')]),
    ("word", WORD),
    ("xdigit", &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')]),
];

/// True of the characters that `\w` has.
pub(crate) fn is_word(character: u32) -> bool {
    u8::try_from(character).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Class {
    /// One code point, or with `fold` the other case of an ASCII letter too.
    pub(crate) fn one(character: u32, fold: bool) -> Self {
        let mut class = Self::default();
        class.add(character, character);
        if fold {
            class.fold();
        }
        class
    }

    /// All code points; without line feed unless `line_feed`.
    pub(crate) fn any(line_feed: bool) -> Self {
        let mut class = Self {
            ranges: Vec::new(),
            negated: true,
        };
        if !line_feed {
            class.add(10, 10);
        }
        class
    }

    /// The class of the letter after a backslash, such as `d`.
    pub(crate) fn escaped(letter: char) -> Option<Self> {
        let ranges = match letter.to_ascii_lowercase() {
            'd' => DIGIT,
            'w' => WORD,
            's' => SPACE,
            _ => return None,
        };
        Some(Self::of(ranges, letter.is_ascii_uppercase()))
    }

    /// The class of a name between `[:` and `:]`, such as `^alpha`.
    pub(crate) fn named(name: &str, fold: bool) -> Option<Self> {
        let plain = name.strip_prefix('^');
        let (_, ranges) = NAMED
            .iter()
            .find(|(known, _)| *known == plain.unwrap_or(name))?;
        let mut class = Self::of(ranges, false);
        if fold {
            class.fold();
        }
        class.negated = plain.is_some();
        Some(class)
    }

    fn of(ranges: &[(u8, u8)], negated: bool) -> Self {
        let ranges = ranges
            .iter()
            .map(|&(first, last)| (first.into(), last.into()))
            .collect();
        Self { ranges, negated }
    }

    /// True if the settled class has the code point.
    pub(crate) fn has(&self, character: u32) -> bool {
        let next = self.ranges.partition_point(|&(_, last)| last < character);
        let is_in = self
            .ranges
            .get(next)
            .is_some_and(|&(first, _)| first <= character);
        is_in != self.negated
    }

    /// Orders and joins the ranges.
    pub(crate) fn settle(&mut self) {
        self.ranges.sort_unstable();
        let mut settled: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for &(first, last) in &self.ranges {
            match settled.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => settled.push((first, last)),
            }
        }
        self.ranges = settled;
    }

    pub(crate) fn add(&mut self, first: u32, last: u32) {
        self.ranges.push((first, last));
    }

    /// Adds all of another class; this one is not negated.
    pub(crate) fn add_all(&mut self, mut other: Self) {
        if !other.negated {
            return self.ranges.append(&mut other.ranges);
        }
        other.settle();
        let mut free = 0;
        for (first, last) in other.ranges {
            if first > free {
                self.add(free, first - 1);
            }
            free = free.max(last + 1);
        }
        if free <= LAST {
            self.add(free, LAST);
        }
    }

    /// With one case of an ASCII letter, adds the other. It comes before a negation.
    pub(crate) fn fold(&mut self) {
        self.settle();
        let mut others = Vec::new();
        for upper in b'A'..=b'Z' {
            let (upper, lower) = (u32::from(upper), u32::from(upper.to_ascii_lowercase()));
            match (self.has(upper), self.has(lower)) {
                (true, false) => others.push((lower, lower)),
                (false, true) => others.push((upper, upper)),
                _ => {}
            }
        }
        self.ranges.append(&mut others);
        self.settle();
    }

    pub(crate) fn negate(&mut self) {
        self.negated = !self.negated;
    }
}
