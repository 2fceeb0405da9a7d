"""MurmurHash3 x86 32-bit by Austin Appleby (public domain), https://github.com/aappleby/smhasher.

The constants below are the algorithm's own. Products are masked as late as arithmetic modulo 2^32
allows: in Python each operation counts, whatever it does.
"""

from struct import Struct

MASK = 0xFFFFFFFF


def murmur3(text: str) -> int:
    """The hash of the UTF-8 of `text`, seed 0, as an unsigned 32-bit integer.

    A lone surrogate is read as U+FFFD by whoever makes the text: it cannot be encoded.
    """
    data = text.encode()
    length = len(data)
    # Padded with zeros, the tail is one more word; a tail of zeros scrambles to zero.
    count = length >> 2
    words = _words(count + 1).unpack(data + _PADDING[length & 3])
    value = 0
    for word in words[:count]:
        word = word * 0xCC9E2D51 & MASK
        value ^= (word << 15 | word >> 17) * 0x1B873593 & MASK
        value = (value << 13 | value >> 19) * 5 + 0xE6546B64 & MASK
    word = words[count] * 0xCC9E2D51 & MASK
    value ^= (word << 15 | word >> 17) * 0x1B873593 & MASK
    return fmix32(value ^ length)


def fmix32(value: int) -> int:
    """Murmur3's finalizer: every bit of the input moves every bit of the result."""
    value = (value ^ value >> 16) * 0x85EBCA6B & MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & MASK
    return value ^ value >> 16


_PADDING = (bytes(4), bytes(3), bytes(2), bytes(1))

# Keys are short: nearly all fit in one of these.
_READY = tuple(Struct(f"<{count}I") for count in range(64))


def _words(count: int) -> Struct:
    return _READY[count] if count < len(_READY) else Struct(f"<{count}I")
