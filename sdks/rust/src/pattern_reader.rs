use crate::pattern_class::Class;

/// The characters of a pattern, and the parts that stand for single code points and classes.
pub(crate) struct Reader<'a> {
    rest: &'a str,
    /// How much is left where the last `:]` begins. Looked for once: a search for each `[:` would
    /// take quadratic time.
    last_name_end: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(pattern: &'a str) -> Self {
        let last_name_end = pattern.rfind(":]").map(|at| pattern.len() - at);
        Self {
            rest: pattern,
            last_name_end,
        }
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.take(character);
        Some(character)
    }

    pub(crate) fn take(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(crate) fn take_text(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes `{n}`, `{n,}` or `{n,m}`. Anything else that begins with `{` is no repeat.
    pub(crate) fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let rest = self.rest.strip_prefix('{')?;
        let is_inside = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
        let (inside, rest) = rest.split_at_checked(rest.bytes().take_while(is_inside).count())?;
        let rest = rest.strip_prefix('}')?;
        let counts = match inside.split_once(',') {
            None => (count(inside)?, Some(count(inside)?)),
            Some((from, "")) => (count(from)?, None),
            Some((from, to)) => (count(from)?, Some(count(to)?)),
        };
        self.rest = rest;
        Some(counts)
    }

    /// The name of a group, with the `>` after it.
    pub(crate) fn name(&mut self) -> Result<&'a str, String> {
        let Some((name, rest)) = self.rest.split_once('>') else {
            return Err("a name of a group without its >".into());
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(format!("{name:?} is no name of a group"));
        }
        self.rest = rest;
        Ok(name)
    }

    /// The class of a letter after a backslash, such as `\d`; none if it is none.
    pub(crate) fn escaped_class(&mut self) -> Option<Class> {
        let class = Class::escaped(self.peek()?)?;
        self.next();
        Some(class)
    }

    /// The code point that stands after a backslash.
    pub(crate) fn escaped(&mut self) -> Result<u32, String> {
        let Some(character) = self.next() else {
            return Err("a backslash at the end".into());
        };
        Ok(match character {
            'a' => 7,
            'f' => 12,
            't' => 9,
            'n' => 10,
            'r' => 13,
            'v' => 11,
            'x' => return self.hexadecimal(),
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => other.into(),
            other => return Err(format!("\\{other} is not known")),
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, String> {
        let wrong = "\\x wants two hexadecimal digits, or {one to six} of a character";
        let (digits, rest) = match self.rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').filter(|(digits, _)| digits.len() <= 6),
            None => self.rest.split_at_checked(2),
        }
        .ok_or(wrong)?;
        // from_str_radix would take a sign too.
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_number);
        self.rest = rest;
        // Surrogates are no characters.
        Ok(code.and_then(char::from_u32).ok_or(wrong)?.into())
    }

    /// The rest of a class, after its `[`.
    pub(crate) fn class(&mut self, fold: bool) -> Result<Class, String> {
        let is_negated = self.take('^');
        let mut class = Class::default();
        let mut is_first = true;
        while is_first || !self.take(']') {
            match self.element(fold)? {
                Element::Class(other) => class.add_all(other),
                Element::One(first) => {
                    let last = self.range_end(first, fold)?;
                    class.add(first, last);
                }
            }
            is_first = false;
        }
        if fold {
            class.fold();
        }
        if is_negated {
            class.negate();
        }
        class.settle();
        Ok(class)
    }

    /// The end of a range that begins with `first`; `first` itself if it begins none.
    fn range_end(&mut self, first: u32, fold: bool) -> Result<u32, String> {
        let begins_range = self
            .rest
            .strip_prefix('-')
            .is_some_and(|rest| !rest.starts_with(']'));
        if !begins_range {
            return Ok(first);
        }
        self.take('-');
        match self.element(fold)? {
            Element::One(last) if last >= first => Ok(last),
            Element::One(_) => Err("a range whose end is before its start".into()),
            Element::Class(_) => Err("a range that ends with a class".into()),
        }
    }

    fn element(&mut self, fold: bool) -> Result<Element, String> {
        if let Some(name) = self.class_name() {
            let class =
                Class::named(name, fold).ok_or_else(|| format!("[:{name}:] is not known"))?;
            return Ok(Element::Class(class));
        }
        match self.next() {
            None => Err("a [ without its ]".into()),
            Some('\\') => match self.escaped_class() {
                Some(class) => Ok(Element::Class(class)),
                None => self.escaped().map(Element::One),
            },
            Some(character) => Ok(Element::One(character.into())),
        }
    }

    /// The name between `[:` and the next `:]`, wherever that is.
    fn class_name(&mut self) -> Option<&'a str> {
        let inside = self.rest.strip_prefix("[:")?;
        self.last_name_end.filter(|&left| left <= inside.len())?;
        let (name, rest) = inside.split_once(":]")?;
        self.rest = rest;
        Some(name)
    }
}

/// What stands in a class.
enum Element {
    One(u32),
    Class(Class),
}

/// Decimal digits; a number too large for the machine is too large for a repeat as well.
fn count(digits: &str) -> Option<usize> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = digits.len() > 1 && digits.starts_with('0');
    (is_number && !has_leading_zero).then(|| digits.parse().unwrap_or(usize::MAX))
}
