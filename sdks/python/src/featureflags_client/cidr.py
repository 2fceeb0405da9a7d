"""Addresses (RFC 4291, 2.2) and blocks of them (RFC 4632).

Python's ipaddress reads more than the contract does (zones) and differs between versions (leading
zeros), so that this reads by itself.
"""

import re
from dataclasses import dataclass

_OCTET = re.compile("0|[1-9][0-9]{0,2}")
_HEXTET = re.compile("[0-9A-Fa-f]{1,4}")
_PREFIX = re.compile("0|[1-9][0-9]{0,2}")
# ::ffff:0:0/96, RFC 4291 2.5.5.2
_MAPPED = 0xFFFF
_MAPPED_PREFIX = 96


@dataclass(frozen=True, slots=True)
class Address:
    """An address of 32 or 128 bits."""

    bits: int
    value: int


@dataclass(frozen=True, slots=True)
class Block:
    """The addresses that share all but the last `shift` bits."""

    bits: int
    shift: int
    start: int

    def holds(self, address: Address) -> bool:
        """True if the block holds the address; one family holds none of the other."""
        return address.bits == self.bits and address.value >> self.shift == self.start


def read_address(text: str) -> Address | None:
    """Reads an address; an IPv4-mapped IPv6 address is its IPv4 address."""
    if ":" not in text:
        return _read_ipv4(text)
    address = _read_ipv6(text)
    return _unmapped(address) if address is not None and _is_mapped(address) else address


def read_block(text: str) -> Block | None:
    """Reads `address/prefix`, or an address that stands for itself alone."""
    host, slash, digits = text.partition("/")
    address = _read_ipv6(host) if ":" in host else _read_ipv4(host)
    if address is None:
        return None
    if slash and _PREFIX.fullmatch(digits) is None:
        return None
    prefix = int(digits) if slash else address.bits
    if prefix > address.bits:
        return None
    if _is_mapped(address) and prefix >= _MAPPED_PREFIX:
        address, prefix = _unmapped(address), prefix - _MAPPED_PREFIX
    shift = address.bits - prefix
    return Block(address.bits, shift, address.value >> shift)


def _read_ipv4(text: str) -> Address | None:
    parts = text.split(".")
    if len(parts) != 4 or any(_OCTET.fullmatch(part) is None for part in parts):
        return None
    octets = [int(part) for part in parts]
    return None if max(octets) > 255 else Address(32, int.from_bytes(octets, "big"))


def _read_ipv6(text: str) -> Address | None:
    head, gap, tail = text.partition("::")
    before = _read_groups(head, not gap)
    after = _read_groups(tail, True)
    if before is None or after is None or "::" in tail:
        return None
    # "::" stands for one group of zeros or more.
    missing = 8 - len(before) - len(after)
    if missing < 1 if gap else missing != 0:
        return None
    value = 0
    for group in (*before, *[0] * missing, *after):
        value = value << 16 | group
    return Address(128, value)


def _read_groups(text: str, is_last: bool) -> list[int] | None:
    """The groups of a half; only the end of an address may be an IPv4 address."""
    groups: list[int] = []
    parts = text.split(":") if text else []
    for index, part in enumerate(parts):
        embedded = _read_ipv4(part) if is_last and index == len(parts) - 1 and "." in part else None
        if embedded is not None:
            groups += [embedded.value >> 16, embedded.value & 0xFFFF]
        elif _HEXTET.fullmatch(part) is not None:
            groups.append(int(part, 16))
        else:
            return None
    return groups


def _is_mapped(address: Address) -> bool:
    return address.bits == 128 and address.value >> 32 == _MAPPED


def _unmapped(address: Address) -> Address:
    return Address(32, address.value & 0xFFFFFFFF)
