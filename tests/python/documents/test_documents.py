"""The code of the README files and the book runs as printed.

The Python blocks of one document run in order and share their names, as for a reader who types them in. `TIE_URL`, `TIE_API_KEY` and the
variables of the other products are those of an emulator. Rust blocks run as documentation tests, of the crate that the README is of or of
`tests/lib.rs`; `test_terminal.py` runs what is typed at a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Emulator
from fenced_blocks import NOTES, ROOT, blocks, documents, name

# Runs the Rust code of a document.
INCLUDED = re.compile(r'include_str!\(\s*"([^"]+\.md)"\s*\)')


def python(document: Path) -> list[str]:
    """The code blocks, each with as many empty lines before it as its place in the document needs."""
    found = [block for block in blocks(document) if block.language == "python" and not block.said("not run")]
    return ["\n" * block.line + block.text for block in found]


@pytest.mark.parametrize("document", [path for path in documents() if python(path)], ids=name)
def test_python_runs(
    document: Path, start_emulator: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable, value in start_emulator().environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in python(document):
        exec(compile(block, str(document), "exec"), names)


def test_rust_runs_as_documentation_tests() -> None:
    sources = [ROOT / "tests/lib.rs", *ROOT.glob("crates/*/src/lib.rs")]
    included = {
        (source.parent / path).resolve() for source in sources for path in INCLUDED.findall(source.read_text(encoding="utf-8"))
    }
    with_rust = {path for path in documents() if any(block.language == "rust" for block in blocks(path))}
    assert with_rust, "the README has Rust code"
    assert sorted(map(name, with_rust - included)) == []


def test_what_is_left_out_says_why() -> None:
    silent = []
    for path in documents():
        for block in blocks(path):
            place = f"{name(path)}:{block.line}"
            unknown = {note for note, _ in block.notes} - NOTES
            assert not unknown, f"{place} has a comment that nobody reads: {unknown}"
            # `no_run` is compiled. It is for what would reach a server of the reader's.
            if re.search(r"ignore|compile_fail|should_panic", block.attributes):
                silent.append(place)
    assert silent == []
