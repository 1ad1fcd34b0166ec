"""Finding scripts and reading them as syntax trees. Nothing of a script is ever run."""

from __future__ import annotations

import ast
import io
import os
import re
import sys
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ._notebooks import NotANotebook, cells_of

#: Folders that hold other people's code, or none.
_LEFT_OUT = {"__pycache__", "node_modules", "site-packages", "dist-packages"}

_SHEBANG = re.compile(rb"^#!.*\bpython([0-9.]*)")

#: What only Python 2 takes, by the line that Python 3 stumbles over.
_PYTHON_2 = [
    (re.compile(r"^\s*print\b\s*(>>|[^\s(=.])"), "the print statement"),
    (re.compile(r"^\s*print\s*$"), "the print statement"),
    (re.compile(r"^\s*except\b[^:]*,\s*\w+\s*:"), "`except Error, name`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "`raise Error, text`"),
    (re.compile(r"^\s*exec\s+[^\s(=]"), "the exec statement"),
    (re.compile(r"`[^`]*`"), "backquotes"),
    (re.compile(r"<>"), "`<>`"),
    (re.compile(r"\b[uU][rR]['\"]"), "a `ur` string"),
    (re.compile(r"\b(0[0-7]+|[0-9]+[lL])\b"), "an old form of a number"),
]


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Attributes:
        path: The file, as it was named.
        line: From 1; in a notebook, within the cell.
        column: From 1.
        cell: In a notebook, the cell, from 1. Cells of text count too.
    """

    path: str
    line: int
    column: int = 1
    cell: int | None = None

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.path}:{cell}{self.line}:{self.column}"


@dataclass(frozen=True)
class Unreadable:
    """A script that cannot be read.

    Attributes:
        place: The file, and the line if one is to blame.
        reason: What is wrong with it, and what helps.
        matters: Whether it may call pyTenable: it was named, or mentions `tenable`.
    """

    place: Place
    reason: str
    matters: bool = True


@dataclass
class Script:
    """A script that was read.

    Attributes:
        path: The file, as it was named.
        module: The dotted name under which the scripts beside it can import it.
        tree: Its syntax tree.
        mentions: Whether the word `tenable` occurs in it.
        cells: Of a notebook: the first line of each cell in the tree, and the cell's number.
    """

    path: str
    module: str
    tree: ast.Module
    mentions: bool
    cells: list[tuple[int, int]] = field(default_factory=list)

    def place(self, node: ast.AST) -> Place:
        """Where a node stands."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        return located(self.path, self.cells, line, column)


def located(path: str, cells: list[tuple[int, int]], line: int, column: int) -> Place:
    """A line of a tree as a line of the file."""
    index = bisect_right(cells, line, key=lambda cell: cell[0])
    if not index:
        return Place(path, line, column)
    first, number = cells[index - 1]
    return Place(path, line - first + 1, column, number)


def scripts(paths: list[str]) -> Iterator[Script | Unreadable]:
    """Reads files, and every script in folders and the folders in them. `-` is the standard input."""
    seen: set[str] = set()
    for path in paths:
        if path == "-":
            yield parsed("<stdin>", "__main__", sys.stdin.buffer.read(), named=True)
        elif os.path.isdir(path):
            for found in _in_folder(path):
                if (real := os.path.realpath(found)) not in seen:
                    seen.add(real)
                    yield _read(found, os.path.relpath(found, path), named=False)
        elif (real := os.path.realpath(path)) not in seen:
            seen.add(real)
            yield _read(path, os.path.basename(path), named=True)


def _in_folder(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _LEFT_OUT and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            path = os.path.join(here, name)
            suffix = os.path.splitext(name)[1].lower()
            if suffix in {".py", ".pyw", ".ipynb"} or (not suffix and _runs_python(path)):
                yield path


def _runs_python(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return _SHEBANG.match(file.readline(200)) is not None
    except OSError:
        return False


def _read(path: str, within: str, *, named: bool) -> Script | Unreadable:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return Unreadable(Place(path, 1), f"it cannot be opened: {error.strerror or error}")
    parts = list(Path(within).with_suffix("").parts)
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return parsed(path, module, data, named=named)


def parsed(path: str, module: str, data: bytes, *, named: bool) -> Script | Unreadable:
    """A script from its bytes.

    Args:
        path: Where it stands, for messages; `.ipynb` is a notebook.
        module: The dotted name under which others import it.
        data: The bytes.
        named: Whether somebody asked for this very file.
    """
    mentions = b"tenable" in data.lower() or b"t\0e\0n\0a\0b\0l\0e" in data.lower()
    cells: list[tuple[int, int]] = []

    def unreadable(reason: str, line: int = 1, column: int = 1) -> Unreadable:
        return Unreadable(located(path, cells, line, column), reason, named or mentions)

    text = ""
    try:
        if path.lower().endswith(".ipynb"):
            text, cells = cells_of(data)
        else:
            text = _decoded(data)
        with warnings.catch_warnings():
            # Escapes such as "\d" are the script's own affair.
            warnings.simplefilter("ignore")
            tree = ast.parse(text, path)
    except NotANotebook as error:
        return unreadable(str(error))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return unreadable(
            f"its bytes are no {error.encoding}: name its encoding in the first line, as in `# coding: latin-1`", line
        )
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        return unreadable(_syntax(error, text, data), line, column)
    except ValueError as error:
        return unreadable(f"it is no Python: {error}")
    except (RecursionError, MemoryError):
        return unreadable("its expressions are nested too deeply")
    return Script(path, module, tree, mentions, cells)


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ValueError("it is UTF-16, which Python itself does not run; save it as UTF-8")
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline=None).read()


def _syntax(error: SyntaxError, text: str, data: bytes) -> str:
    lines = text.splitlines()
    wrong = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
    old = next((what for pattern, what in _PYTHON_2 if pattern.search(wrong)), None)
    shebang = _SHEBANG.match(data)
    if old is None and shebang is not None and shebang.group(1).startswith(b"2"):
        old = "its first line"
    if old is not None:
        return f"it is Python 2, by {old}; bring it to Python 3.10 or newer first"
    return f"syntax error: {error.msg}"
