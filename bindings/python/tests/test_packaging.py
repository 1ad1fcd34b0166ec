"""The wheel and its source distribution, as files."""

from __future__ import annotations

import email.message
import email.parser
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent

# Without `cargo xtask test` the tests run on one Python.
INTERPRETERS = [Path(path) for path in os.environ.get("TENABLE_PYTHONS", sys.executable).split(os.pathsep)]


@pytest.fixture
def wheel() -> Path:
    """The wheel that is tested."""
    path = os.environ.get("TENABLE_WHEEL")
    if path is None:
        pytest.fail("TENABLE_WHEEL must name the wheel; `cargo xtask test python` sets it")
    return Path(path)


def metadata(wheel: Path, file: str) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(f".dist-info/{file}")]
        return email.parser.Parser().parsestr(archive.read(name).decode())


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda path: path.as_posix())
def test_works_with_nothing_beside_it(wheel: Path, interpreter: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, HERE / "clean_environment.py", wheel, interpreter, tmp_path / "environment"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_asks_for_no_other_distribution(wheel: Path) -> None:
    facts = metadata(wheel, "METADATA")
    assert facts.get_all("Requires-Dist") is None
    assert facts["Requires-Python"] == ">=3.10"


def test_is_of_the_stable_interface(wheel: Path) -> None:
    # What `cargo xtask wheel` makes for Python 3.10 is for all that follow.
    assert str(metadata(wheel, "WHEEL")["Tag"]).startswith("cp310-abi3-")


def test_holds_the_package_its_types_and_its_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = {Path(name) for name in archive.namelist()}
    tops = {path.parts[0] for path in files}
    [distribution] = tops - {"tenable_api"}
    assert distribution.endswith(".dist-info")
    assert {Path("tenable_api/__init__.py"), Path("tenable_api/py.typed")} <= files
    assert {f"{distribution}/licenses/LICENSE-{name}" for name in ("MIT", "APACHE")} <= {path.as_posix() for path in files}
    # The package in the wheel is the one of the checkout: nothing is missing, nothing is left over.
    source = ROOT / "bindings/python/python"
    expected = {path.relative_to(source) for ending in ("*.py", "*.pyi", "py.typed") for path in source.rglob(ending)}
    native = {path for path in files if path.name.startswith("_native.") and path.suffix != ".pyi"}
    assert {path for path in files if path.parts[0] == "tenable_api"} - native == expected
    assert len(native) == 1


def locked(lock: dict[str, Any]) -> set[tuple[str, str]]:
    return {(package["name"], package["version"]) for package in lock["packages"]}


def test_source_distribution_stands_alone(tmp_path: Path) -> None:
    """It holds every package of ours that it needs, and the versions of all others. That it builds, `cargo xtask wheel` shows."""
    manifest = ROOT / "bindings/python/Cargo.toml"
    maturin: list[str | Path] = [sys.executable, "-m", "maturin", "sdist", "--manifest-path", manifest, "--out", tmp_path]
    subprocess.run(maturin, check=True, capture_output=True)
    [archive] = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = files.getnames()
        # Owners of elsewhere do not come along; the first releases of Python 3.10 do not know it.
        if hasattr(tarfile, "data_filter"):
            files.extractall(tmp_path, filter="data")
        else:
            files.extractall(tmp_path)
    folder = tmp_path / archive.name.removesuffix(".tar.gz")
    assert {f"{folder.name}/{name}" for name in ("LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock", "PKG-INFO")} <= set(names)

    def resolved(folder: Path) -> dict[str, Any]:
        cargo = [os.environ.get("CARGO", "cargo"), "metadata", "--offline", "--format-version=1"]
        text = subprocess.run(cargo, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
        result: dict[str, Any] = json.loads(text)
        return result

    alone = resolved(folder)
    ours = [Path(package["manifest_path"]) for package in alone["packages"] if package["source"] is None]
    assert {path.parent.name for path in ours} >= {"python", "tenable-api", "tenable-model", "tenable-emulator"}
    assert all(path.is_relative_to(folder.resolve()) for path in ours)
    assert locked(alone) <= locked(resolved(ROOT))


@pytest.mark.parametrize(
    "use",
    [
        "from tenable_api import IdentityExposure; IdentityExposure('http://127.0.0.1:9', api_key='k', proxy=None)",
        "import importlib, tenable_api, tenable_api.testing; tenable_api.__version__; importlib.reload(tenable_api).Items",
    ],
)
def test_only_a_debug_build_warns(use: str) -> None:
    profile = os.environ.get("TENABLE_WHEEL_PROFILE")
    assert profile in ("dev", "release"), "`cargo xtask test python` says how the wheel is compiled"
    # Every warning, each time that it comes.
    command = [sys.executable, "-I", "-W", "always", "-c", use]
    shown = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True).stderr
    assert shown.count("RuntimeWarning: tenable_api is a debug build") == (profile == "dev"), shown
