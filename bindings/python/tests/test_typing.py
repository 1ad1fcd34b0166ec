"""What type checkers make of the package: all of it typed, the tests too, and wrong uses found."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import tenable_api._native

ROOT = Path(__file__).parents[3]
PACKAGE = Path(tenable_api.__file__).parent
# Programs with lines that type checkers must refuse.
PROGRAMS = sorted((Path(__file__).parent / "typing_cases").glob("*.py"))
# The oldest that the wheel is for.
OLDEST = "3.10"


def mypy(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-color-output", "--no-error-summary", *arguments]
    # Its cache stays out of the checkout, whoever starts the tests. Modules that several tests share are found as pytest finds them.
    environment = {"MYPY_CACHE_DIR": os.devnull, "MYPYPATH": str(ROOT / "bindings/python/tests")} | os.environ
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)


def pyright(*arguments: str | Path, folder: Path) -> dict[str, Any]:
    """Its report."""
    problem = os.environ.get("PYRIGHT_PROBLEM", "`cargo xtask test python` installs it")
    if "PYRIGHT" not in os.environ:
        pytest.fail(f"there is no pyright: {problem}")
    command = [os.environ["NODE"], os.environ["PYRIGHT"], "--outputjson", *arguments]
    # It asks `python` where packages are; `--verifytypes` heeds no option that says which.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"PATH": path}
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=folder, env=environment)
    try:
        report: dict[str, Any] = json.loads(result.stdout)
    except json.JSONDecodeError:
        pytest.fail(f"pyright ended with {result.returncode}: {result.stdout}")
    return report


def test_package_passes_mypy() -> None:
    result = mypy("--python-version", OLDEST, "--package", "tenable_api")
    assert result.returncode == 0, result.stdout + result.stderr


def test_package_passes_pyright(tmp_path: Path) -> None:
    report = pyright("--pythonversion", OLDEST, PACKAGE, folder=tmp_path)
    assert report["summary"]["filesAnalyzed"] > 1
    assert list(map(shown, errors_of(report))) == []


def errors_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [diagnostic for diagnostic in report["generalDiagnostics"] if diagnostic["severity"] == "error"]


def shown(diagnostic: dict[str, Any]) -> str:
    return f"{diagnostic['file']}:{diagnostic['range']['start']['line'] + 1}: {diagnostic['message']}"


def test_every_public_name_has_a_known_type(tmp_path: Path) -> None:
    """What an editor shows, and what users' own checks build on."""
    completeness = pyright("--verifytypes", "tenable_api", "--ignoreexternal", folder=tmp_path)["typeCompleteness"]
    unknown = [
        f"{symbol['name']}: {diagnostic['message']}"
        for symbol in completeness["symbols"]
        if not symbol["isTypeKnown"]
        for diagnostic in symbol["diagnostics"]
    ]
    # What is built of the unknown is unknown as well; the causes tell more.
    assert ([text for text in unknown if "partially unknown" not in text] or unknown) == []
    assert completeness["exportedSymbolCounts"]["withKnownType"] > 0
    assert completeness["completenessScore"] == 1


@pytest.mark.parametrize("folder", ["bindings/python/tests", "tests/python"])
def test_tests_pass_mypy(folder: str) -> None:
    # pyTenable and a few others have no types. Where a file says so itself, that is one word too many.
    untyped = ["--disable-error-code=import-untyped", "--no-warn-unused-ignores"]
    options = [*untyped, "--exclude=^typing_cases/", "--explicit-package-bases"]
    result = mypy(*options, ".", folder=ROOT / folder)
    assert result.returncode == 0, result.stdout + result.stderr


def test_stubs_describe_the_native_modules(tmp_path: Path) -> None:
    """The stubs are written beside the modules, not made from them; mypy compares them, submodules as well."""
    command = [sys.executable, "-m", "mypy.stubtest", "tenable_api._native"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_native_module_has_a_stub() -> None:
    modules = {name for name, value in vars(tenable_api._native).items() if inspect.ismodule(value)}
    stubs = {stub.stem for stub in (PACKAGE / "_native").glob("*.pyi")}
    assert modules
    assert stubs == modules | {"__init__"}


EXPECTATION = re.compile(r"# error: (?P<mypy>[a-z-]+), (?P<pyright>report\w+)$")

# A line of a file.
Place = tuple[str, int]


def expected(checker: str) -> dict[Place, str]:
    """The lines that the checker must refuse, with the name that it has for the reason."""
    return {
        (file.name, number): found[checker]
        for file in PROGRAMS
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (found := EXPECTATION.search(line))
    }


def differences(expected: dict[Place, str], found: Iterable[tuple[Place, str, str]]) -> list[str]:
    """What is refused and should not be, the other way round, and what is refused for another reason; empty if all is right."""
    reasons: dict[Place, dict[str, str]] = {}
    for place, reason, message in found:
        reasons.setdefault(place, {})[reason] = message
    places = sorted(expected.keys() | reasons.keys())
    return [
        f"{place}: {expected.get(place, 'nothing')} expected, found {reasons.get(place, 'nothing')}"
        for place in places
        # A checker may say more than one thing about a line.
        if place not in expected or expected[place] not in reasons.get(place, {})
    ]


def test_every_expectation_is_read() -> None:
    for file in PROGRAMS:
        written = file.read_text(encoding="utf-8").count("# error")
        assert written == sum(name == file.name for name, _ in expected("mypy")) > 0, file.name


def test_differences_are_found() -> None:
    first, second = ("a.py", 1), ("a.py", 2)
    assert differences({first: "code"}, [(first, "code", "Text"), (first, "other", "Text")]) == []
    assert len(differences({first: "code"}, [])) == 1
    assert len(differences({first: "code"}, [(first, "other", "Text")])) == 1
    assert len(differences({first: "code"}, [(first, "code", "Text"), (second, "code", "Text")])) == 1


def test_mypy_refuses_wrong_uses() -> None:
    refused = [json.loads(line) for line in mypy("--output=json", *PROGRAMS).stdout.splitlines()]
    errors = [line for line in refused if line["severity"] == "error"]
    found = [((Path(line["file"]).name, line["line"]), line["code"], line["message"]) for line in errors]
    assert differences(expected("mypy"), found) == []


def test_pyright_refuses_wrong_uses(tmp_path: Path) -> None:
    refused = errors_of(pyright(*PROGRAMS, folder=tmp_path))
    found = [
        ((Path(line["file"]).name, line["range"]["start"]["line"] + 1), line.get("rule", ""), line["message"]) for line in refused
    ]
    assert differences(expected("pyright"), found) == []
