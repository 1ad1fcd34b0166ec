"""The wheel as a user finds it after installation."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import tenable_api

ROOT = Path(__file__).parents[3]


def workspace_version() -> str:
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    match = re.search(r'^\[workspace\.package\]$.*?^version = "([^"]+)"$', manifest, re.DOTALL | re.MULTILINE)
    assert match is not None
    return match[1]


def test_is_imported_from_the_wheel() -> None:
    assert ROOT / "bindings" not in Path(tenable_api.__file__).parents


def test_version_is_the_workspaces() -> None:
    assert tenable_api.__version__ == workspace_version()


def test_version_is_the_distributions() -> None:
    assert tenable_api.__version__ == importlib.metadata.version("tenable-api")


MODULES = ["tenable_api", *(f"tenable_api.{name}" for name in tenable_api._MODULES)]
# Where pyTenable has its classes.
OTHERS = [f"tenable_api.compat.{name}" for name in ("errors", "ie", "io", "sc")]


def load(name: str) -> ModuleType:
    return importlib.import_module(name)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_lists_what_is_public_and_nothing_else(name: str) -> None:
    module = load(name)
    submodules = {other.removeprefix(f"{name}.") for other in (*MODULES, *OTHERS) if other.startswith(f"{name}.")}
    listed = set(dir(module))
    assert set(module.__all__) <= listed <= {*module.__all__, *submodules}
    assert all(hasattr(module, public) for public in listed)


def callables(module: ModuleType) -> Iterator[tuple[str, object]]:
    """All classes and functions of a module, and what the classes define."""
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value):
            yield name, value
            for kind in value.__mro__:
                if not kind.__module__.startswith("tenable_api"):
                    continue
                for member, defined in vars(kind).items():
                    defined = getattr(defined, "__func__", getattr(defined, "fget", defined))
                    if inspect.isfunction(defined):
                        yield f"{name}.{member}", defined
        elif inspect.isfunction(value):
            yield name, value


@pytest.mark.parametrize("name", [*MODULES, *OTHERS])
def test_annotations_can_be_read_when_the_program_runs(name: str) -> None:
    unreadable: dict[str, str] = {}
    count = 0
    for place, value in callables(load(name)):
        try:
            typing.get_type_hints(value)
            count += 1
        except (NameError, TypeError, AttributeError) as error:
            unreadable[place] = str(error)
    assert unreadable == {} and count > 0
