"""Every Python example of the README, as it stands, against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from real_server import RealServer, python

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(tmp_path_factory.mktemp("server")).start()
    server.flag("new_checkout", enabled=True)
    server.flag("button_colour", enabled=True, variants={"on": "#0f0", "off": "#00f"})
    yield server
    server.stop()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 8
    assert sum(ADDRESS in example for example in EXAMPLES) == 6


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example(flags: RealServer, tmp_path: Path, number: int) -> None:
    # The server of a test has a port of its own; nothing else is changed.
    script = EXAMPLES[number].replace(ADDRESS, flags.url)
    script = f"import os\nos.chdir({str(tmp_path)!r})\n" + script
    process = python(tmp_path, script)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert errors == ""
    expected = {0: "the new checkout\n", 4: "True\n", 6: "True\n", 7: "True\n"}
    assert told == expected.get(number, told)
    if number == 1:
        assert told.startswith("#0f0 STATIC on None ")
        assert "'button_colour': '#0f0'" in told
