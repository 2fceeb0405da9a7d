"""The wheel and the source distribution, installed where there is nothing else."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from distributions import PACKAGE, build, check, run
from interpreters import interpreters

USE = """
import featureflags_client, sys
from featureflags_client import FeatureClient, RemoteClient
assert FeatureClient.for_tests({"f": True}).is_enabled("f")
assert "site-packages" in featureflags_client.__file__, featureflags_client.__file__
print("used", sys.version_info[:2])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return folder


def test_what_is_in_them(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    (source,) = built.glob("*.tar.gz")
    assert wheel.name.endswith("-py3-none-any.whl")
    modules = {path.name for path in (PACKAGE / "src" / "featureflags_client").glob("*.py")}
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.partition("/")[2] for name in names if name.startswith("featureflags_client/")}
    assert packed == {*modules, "py.typed"}
    with tarfile.open(source) as archive:
        assert any(
            name.endswith("/src/featureflags_client/py.typed") for name in archive.getnames()
        )
    check(wheel, source)


def test_installs_where_there_is_nothing_else(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    for number, interpreter in enumerate(interpreters()):
        folder = tmp_path / str(number)
        run(interpreter, "-m", "venv", folder)
        inside = folder / "bin" / "python"
        run(inside, "-m", "pip", "install", "--no-index", wheel)
        listed = run(inside, "-m", "pip", "list", "--disable-pip-version-check")
        assert "featureflags-client" in listed
        assert "used" in run(inside, "-c", USE, cwd=tmp_path)
