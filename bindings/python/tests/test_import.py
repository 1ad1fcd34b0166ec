"""The wheel as a user finds it after installation."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

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
