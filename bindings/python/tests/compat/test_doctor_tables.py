"""The doctor: its tables hold, against pyTenable, against the classes of compat, and in the guide."""

from __future__ import annotations

import inspect
import re
import warnings
from pathlib import Path

import pytest
from tenable_api.compat.doctor import _coverage, _notes, _pytenable, examine_text
from tenable_api.testing import Emulator

GUIDE = Path(__file__).parents[4] / "docs" / "pytenable-doctor.md"


@pytest.mark.filterwarnings("ignore")
def test_the_calls_of_pytenable_are_those_of_the_one_that_is_installed(emulator: Emulator) -> None:
    from tenable.ie import TenableIE
    from tenable.io import TenableIO
    from tenable.sc import TenableSC
    from tenable.version import version

    clients = [
        TenableIE(url="https://localhost", api_key="x"),
        TenableIO("a", "b"),
        TenableSC(url=emulator.endpoints.security_center.url),
    ]
    for client in clients:
        product = type(client).__name__
        found = set(_pytenable.OWN[product] | _pytenable.VERBS)
        for section in properties(type(client)) - {"version"}:
            part = getattr(client, section)
            found |= {f"{section}.{method}" for method in methods(type(part))}
            for inner in properties(type(part)):
                found |= {f"{section}.{inner}.{method}" for method in methods(type(getattr(part, inner)))}
        known = _pytenable.calls(product)
        assert found - known == set()
        if version.startswith("26."):
            # The line before it has fewer, and a few others.
            assert known - found == {
                f"{section}.{method}"
                for section, methods_ in _pytenable.OLDER.get(product, {}).items()
                for method in methods_.split()
            }


def properties(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_") and isinstance(inspect.getattr_static(kind, name), property)}


def methods(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_") and inspect.isfunction(inspect.getattr_static(kind, name))}


def test_what_is_better_is_there() -> None:
    for key, notes in _notes.BETTER.items():
        product, _, path = key.partition(".")
        assert notes
        if path:
            assert path in _pytenable.calls(product), key
            assert inspect.isfunction(_coverage.find(product, path)), key
        for name in (name for note in notes for name in (*note.with_, *note.without)):
            if path:
                assert _coverage.problem_with_arguments(product, path, 0, (name,), True) is None, f"{key}({name}=...)"
            else:
                assert _coverage.constructor_argument(product, name) == (True, ""), f"{key}({name}=...)"


def test_what_compat_covers_is_asked_of_its_classes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for product in _coverage.NATIVE:
            covered = {call for call in _pytenable.calls(product) if _coverage.find(product, call) is not None}
            assert {"users.list", "users.create", "get", "post"} <= covered
            # What the class says it lacks, it lacks, and the other way round.
            lacking = {call.partition(".")[0] for call in _pytenable.calls(product)} - {
                call.partition(".")[0] for call in covered
            }
            assert lacking == set(_coverage.client(product)._not_covered)


def test_private_parts_are_not_covered() -> None:
    for product in _coverage.NATIVE:
        for name in _notes.PRIVATE:
            assert _coverage.find(product, name) is None


def test_the_guide_shows_what_the_doctor_says() -> None:
    script, output = re.findall(r"^```(?:py|text)\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert examine_text(script, "sync_users.py").text() == output
