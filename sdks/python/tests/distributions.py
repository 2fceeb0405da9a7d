"""The wheel and the source distribution, as they are published.

python distributions.py <folder>
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def build(folder: Path) -> tuple[Path, Path]:
    """Builds both from a copy: builds leave traces. The wheel is made from what is in the other."""
    kept = shutil.ignore_patterns("*.egg-info", "__pycache__", "tests", "build", ".*_cache")
    with tempfile.TemporaryDirectory() as work:
        copy, made = Path(work) / "python", Path(work) / "made"
        shutil.copytree(PACKAGE, copy, ignore=kept)
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", made, copy)
        (wheel,) = made.glob("*.whl")
        (source,) = made.glob("*.tar.gz")
        return Path(shutil.copy(wheel, folder)), Path(shutil.copy(source, folder))


def check(*distributions: Path) -> None:
    """What PyPI would refuse. Raises AssertionError with what was found."""
    said = run(sys.executable, "-m", "twine", "check", "--strict", *distributions)
    assert said.count("PASSED") == len(distributions), said


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a program writes; without PYTHONPATH. Raises AssertionError with that if it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


if __name__ == "__main__":
    wheel, source = build(Path(sys.argv[1]))
    check(wheel, source)
    print(wheel, source, sep="\n")
