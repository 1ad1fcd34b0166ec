"""The fenced blocks of Markdown documents, with what comments before them say.

A comment stands on a line of its own right before the block, and readers of the page do not see it:

    <!-- not run: REASON -->   the block is left out of the tests, for this reason
    <!-- file: NAME -->        the block is this file, there for all commands of the page
    <!-- prepare: COMMAND -->  run before the block, without being shown
    <!-- tour: 1 2 10 -->      the block quotes these steps of `tenable tour`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

BLOCK = re.compile(r"((?:^<!-- [a-z ]+: [^\n]* -->\n)*)^```([a-z]+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOTE = re.compile(r"^<!-- ([a-z ]+): (.*) -->$", re.MULTILINE)
NOTES = {"not run", "file", "prepare", "tour"}

# With this variable, what documents show of the output of programs is written anew. `cargo xtask docs --bless` sets it.
BLESS = "BLESS_DOCUMENTS"

# For those who work on the project itself: what they start builds, tests and publishes it.
OF_THE_WORKSPACE = ["CONTRIBUTING.md", "RELEASING.md"]


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    attributes: str
    text: str
    notes: tuple[tuple[str, str], ...]
    # Where the text begins and ends in the document.
    span: tuple[int, int]
    # Lines before the text.
    line: int

    def said(self, note: str) -> list[str]:
        return [text for name, text in self.notes if name == note]


def blocks(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    return [
        Block(
            language=match[2],
            attributes=match[3],
            text=match[4],
            notes=tuple(NOTE.findall(match[1])),
            span=match.span(4),
            line=text.count("\n", 0, match.start(4)),
        )
        for match in BLOCK.finditer(text)
    ]


def documents() -> list[Path]:
    """The README files and the book."""
    patterns = ("*.md", "bindings/python/*.md", "crates/*/*.md", "docs/**/*.md")
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()
