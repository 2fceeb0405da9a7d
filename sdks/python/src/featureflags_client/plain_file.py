"""Files of others: read whole, and never waited for."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_plain(path: Path, most: int) -> bytes:
    """The bytes of a file. Raises OSError of what is none, and of more than `most` bytes.

    A pipe would hold the application up for ever, a device would fill its memory.
    """
    # Not blocking, or opening a pipe already waits for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no file")
        text = file.read(most + 1)
    if len(text) > most:
        raise OSError(f"{path} has more than {most} bytes")
    return text


# Without it Windows changes the ends of lines.
_BINARY: int = getattr(os, "O_BINARY", 0)
