"""What a document quotes of `tenable tour` is what the tour says.

The comment `<!-- tour: 1 2 10 -->` names the steps. `cargo xtask docs --bless` writes the quotation anew.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import PATIENCE
from fenced_blocks import BLESS, blocks, documents, name

STEP = re.compile(r"^ ?(\d+)  ")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All of the tour."""
    home = str(tmp_path_factory.mktemp("tour"))
    environment = {**os.environ, "HOME": home, "TMPDIR": home, "NO_COLOR": "1"}
    program = os.environ["TENABLE_BIN"]
    done = subprocess.run([program, "tour"], env=environment, capture_output=True, text=True, timeout=4 * PATIENCE, check=True)
    return done.stdout


def quotation(told: str, steps: list[int]) -> str:
    """The title and these steps, with `...` for what is left out."""
    parts: dict[int, list[str]] = {0: []}
    current = 0
    for line in told.splitlines():
        number = STEP.match(line)
        if number:
            current = int(number[1])
        elif line and not line.startswith(" ") and current:
            # A new chapter, which no step belongs to.
            current = -1
        parts.setdefault(current, []).append(line.rstrip())
    title = parts[0][:3]
    text = ["$ tenable tour", *title]
    previous = 0
    for step in steps:
        if step != previous + 1:
            text += ["...", ""]
        text += [*"\n".join(parts[step]).strip("\n").splitlines(), ""]
        previous = step
    return "\n".join([*text, "...", ""])


def quoting() -> list[Path]:
    return [path for path in documents() if any(block.said("tour") for block in blocks(path))]


@pytest.mark.parametrize("document", quoting(), ids=name)
def test_the_quotation_is_what_the_tour_says(document: Path, told: str) -> None:
    text = document.read_text(encoding="utf-8")
    for block in reversed(blocks(document)):
        for steps in block.said("tour"):
            expected = quotation(told, [int(step) for step in steps.split()])
            begin, end = block.span
            if os.environ.get(BLESS):
                document.write_text(text[:begin] + expected + text[end:], encoding="utf-8")
            else:
                assert block.text == expected


def test_there_is_a_quotation() -> None:
    assert "README.md" in map(name, quoting())
