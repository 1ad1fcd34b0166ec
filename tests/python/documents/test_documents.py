"""The Python code of the README files and the guide runs as printed.

The blocks of one document run in order and share their names, as for a reader who types them in. `TIE_URL` and `TIE_API_KEY`
are those of an emulator.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(document: Path) -> list[str]:
    """The code blocks, each with as many empty lines before it as its place in the document needs."""
    text = document.read_text(encoding="utf-8")
    return ["\n" * text.count("\n", 0, match.start(1)) + match[1] for match in FENCE.finditer(text)]


def documents() -> list[Path]:
    patterns = ("*.md", "bindings/python/*.md", "crates/*/*.md", "docs/**/*.md")
    paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    return [path for path in paths if blocks(path)]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_runs(
    document: Path, start_emulator: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endpoint = start_emulator().identity_exposure
    monkeypatch.setenv("TIE_URL", endpoint.url)
    monkeypatch.setenv("TIE_API_KEY", endpoint.api_key)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(document):
        exec(compile(block, str(document), "exec"), names)
