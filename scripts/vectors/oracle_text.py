"""Section 4: how texts are read as numbers, instants, versions and addresses. None means "is none"."""

import re

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))",
    re.ASCII,
)
IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
VERSION = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    rf"(?:-({IDENTIFIER}(?:\.{IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


def number(text):
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return None if value in (float("inf"), float("-inf")) else value


def days(year, month, day):
    """Days since 1970-01-01 in the proleptic Gregorian calendar (datetime has no year 0)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def instant(text):
    """Milliseconds since 1970; the digits after the third are dropped from the text, never rounded."""
    found = INSTANT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, sign, offset_hour, offset_minute = found.groups()[6:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    offset = 0
    if sign:
        if int(offset_hour) > 23 or int(offset_minute) > 59:
            return None
        offset = int(offset_hour) * 60 + int(offset_minute)
        offset = -offset if sign == "-" else offset
    minutes = days(year, month, day) * 1440 + hour * 60 + minute - offset
    return minutes * 60000 + second * 1000 + int((fraction or "")[:3].ljust(3, "0"))


def version(text):
    """A key that sorts as SemVer 2.0.0 precedence; build metadata is not part of it."""
    found = VERSION.fullmatch(text)
    if not found:
        return None
    core = tuple(int(part) for part in found.groups()[:3])
    if found.group(4) is None:
        return core, 1, ()
    parts = []
    for part in found.group(4).split("."):
        # Numbers come before words; both kinds need tuples of one shape to be comparable.
        parts.append((0, int(part), "") if part.isdigit() else (1, 0, part))
    return core, 0, tuple(parts)


def ipv4(text):
    parts = text.split(".")
    if len(parts) != 4 or not all(re.fullmatch(r"0|[1-9][0-9]{0,2}", part, re.ASCII) for part in parts):
        return None
    numbers = [int(part) for part in parts]
    return None if max(numbers) > 255 else int.from_bytes(bytes(numbers), "big")


def groups(text, last):
    """Groups of 16 bits between colons; only the last part of an address may be dotted."""
    if text == "":
        return []
    out = []
    parts = text.split(":")
    for index, part in enumerate(parts):
        if "." in part and last and index == len(parts) - 1:
            tail = ipv4(part)
            if tail is None:
                return None
            out += [tail >> 16, tail & 0xFFFF]
        elif re.fullmatch(r"[0-9A-Fa-f]{1,4}", part, re.ASCII):
            out.append(int(part, 16))
        else:
            return None
    return out


def ipv6(text):
    halves = text.split("::")
    if len(halves) > 2:
        return None
    if len(halves) == 1:
        all_groups = groups(text, True) if text else None
    else:
        left, right = groups(halves[0], False), groups(halves[1], True)
        if left is None or right is None or len(left) + len(right) > 7:
            return None
        all_groups = left + [0] * (8 - len(left) - len(right)) + right
    if all_groups is None or len(all_groups) != 8:
        return None
    return int.from_bytes(b"".join(group.to_bytes(2, "big") for group in all_groups), "big")


def address(text):
    """(bits, number); an IPv4-mapped IPv6 address is its IPv4 address."""
    four = ipv4(text)
    if four is not None:
        return 32, four
    six = ipv6(text)
    if six is None:
        return None
    return (32, six & 0xFFFFFFFF) if six >> 32 == 0xFFFF else (128, six)


def block(text):
    """(bits, first bits of the block, prefix)."""
    head, slash, tail = text.partition("/")
    four, six = ipv4(head), ipv6(head)
    if four is None and six is None:
        return None
    bits, value = (32, four) if four is not None else (128, six)
    if slash and not re.fullmatch(r"0|[1-9][0-9]*", tail, re.ASCII):
        return None
    prefix = int(tail) if slash else bits
    if prefix > bits:
        return None
    if bits == 128 and prefix >= 96 and value >> 32 == 0xFFFF:
        bits, value, prefix = 32, value & 0xFFFFFFFF, prefix - 96
    return bits, value >> (bits - prefix), prefix


def in_block(place, held):
    bits, value = place
    return bits == held[0] and value >> (bits - held[2]) == held[1]
