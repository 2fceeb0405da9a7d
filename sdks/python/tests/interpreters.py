"""The Pythons that the wheel is tried on."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

_WANTED = ("3.10", "3.13")
"""The oldest and the newest that are supported."""


def interpreters() -> list[Path]:
    """This one, and the oldest and the newest where they are installed."""
    return [Path(sys.executable), *(path for path in map(_find, _WANTED) if path is not None)]


def missing_versions() -> list[str]:
    """Those that are not installed."""
    return [version for version in _WANTED if _find(version) is None]


def _find(version: str) -> Path | None:
    """On the path, or among those of pyenv."""
    pyenv = Path.home() / ".pyenv" / "versions"
    found = sorted(pyenv.glob(f"{version}.*/bin/python3"))
    if found:
        return found[-1]
    on_path = shutil.which(f"python{version}")
    return None if on_path is None else Path(on_path)
