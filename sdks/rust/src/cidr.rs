/// An address: IPv4 has 32 bits, IPv6 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    V4(u32),
    V6(u128),
}

/// A block of addresses: those that share the first bits with one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    address: Address,
    prefix: u32,
}

/// The prefix of the IPv4-mapped addresses, `::ffff:0:0/96` (RFC 4291, 2.5.5.2).
const MAPPED_PREFIX: u32 = 96;

impl Address {
    /// Reads an address; an IPv4-mapped IPv6 address is its IPv4 address.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::read_raw(text).map(|raw| raw.unmapped().unwrap_or(raw))
    }

    fn read_raw(text: &str) -> Option<Self> {
        if text.contains(':') {
            return read_ipv6(text).map(Self::V6);
        }
        read_ipv4(text).map(Self::V4)
    }

    fn unmapped(self) -> Option<Self> {
        match self {
            Self::V6(bits) if bits >> 32 == 0xffff => Some(Self::V4(bits as u32)),
            _ => None,
        }
    }

    fn bits(self) -> u32 {
        match self {
            Self::V4(_) => 32,
            Self::V6(_) => 128,
        }
    }
}

impl Block {
    /// Reads `address/prefix`, or an address that stands for itself alone (RFC 4632, RFC 4291).
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (host, digits) = match text.split_once('/') {
            Some((host, digits)) => (host, Some(digits)),
            None => (text, None),
        };
        let raw = Address::read_raw(host)?;
        let prefix = digits.map_or(Some(raw.bits()), read_decimal)?;
        if prefix > raw.bits() {
            return None;
        }
        match raw.unmapped() {
            Some(address) if prefix >= MAPPED_PREFIX => Some(Self {
                address,
                prefix: prefix - MAPPED_PREFIX,
            }),
            _ => Some(Self {
                address: raw,
                prefix,
            }),
        }
    }

    /// True if the block holds the address; a block of one family holds none of the other.
    pub(crate) fn holds(&self, address: Address) -> bool {
        // A shift by all bits is none in Rust: a prefix of 0 compares nothing.
        match (self.address, address) {
            (Address::V4(a), Address::V4(b)) => {
                (a ^ b).checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (Address::V6(a), Address::V6(b)) => {
                (a ^ b).checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// One to three digits without leading zeros.
fn read_decimal(text: &str) -> Option<u32> {
    let is_number = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    (is_number && !has_leading_zero)
        .then(|| text.parse().ok())
        .flatten()
}

fn read_ipv4(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text.split('.').map(read_decimal).collect::<Option<_>>()?;
    let is_address = parts.len() == 4 && parts.iter().all(|&part| part <= 255);
    is_address.then(|| parts.iter().fold(0, |address, part| address << 8 | part))
}

fn read_ipv6(text: &str) -> Option<u128> {
    let Some((head, tail)) = text.split_once("::") else {
        let groups = read_groups(text, true)?;
        return (groups.len() == 8).then(|| joined(&groups));
    };
    if tail.contains("::") {
        return None;
    }
    let (head, tail) = (read_groups(head, false)?, read_groups(tail, true)?);
    // "::" stands for one group of zeros or more.
    let zeros = 7usize.checked_sub(head.len() + tail.len())? + 1;
    let groups: Vec<u16> = head.into_iter().chain(vec![0; zeros]).chain(tail).collect();
    Some(joined(&groups))
}

fn joined(groups: &[u16]) -> u128 {
    groups
        .iter()
        .fold(0, |address, &group| address << 16 | u128::from(group))
}

/// Colon-separated groups; only the end of an address may be an IPv4 address.
fn read_groups(text: &str, at_end: bool) -> Option<Vec<u16>> {
    let mut groups = Vec::new();
    if text.is_empty() {
        return Some(groups);
    }
    let last = text.split(':').count() - 1;
    for (index, group) in text.split(':').enumerate() {
        if at_end && index == last && group.contains('.') {
            let address = read_ipv4(group)?;
            groups.extend([(address >> 16) as u16, address as u16]);
        } else {
            groups.push(read_hextet(group)?);
        }
    }
    Some(groups)
}

fn read_hextet(text: &str) -> Option<u16> {
    let is_group = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_group
        .then(|| u16::from_str_radix(text, 16).ok())
        .flatten()
}
