"""Notebooks as one script: the code of the cells one after the other."""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

# Cell magics whose cell is Python all the same, and line magics before a statement.
_PYTHON_CELLS = {"time", "timeit", "capture", "prun", "python", "python3", "debug"}
_BEFORE_A_STATEMENT = re.compile(r"^(\s*)%(?:time|timeit|prun|memit|mprun)\s+(?:-\w+\s*\d*\s+)*(\S.*)$")
_MAGIC = re.compile(r"^(\s*)(%{1,2}|!{1,2}|\?{1,2})\s*(\S.*)?$")
_ASSIGNED = re.compile(r"^(\s*[\w., ()\[\]]+=\s*)[!%]\s*\S.*$")
_HELP = re.compile(r"^(\s*)[\w.]+\?{1,2}\s*$")


class NotANotebook(Exception):
    """The file is no notebook, or one in another language."""


def cells_of(data: bytes) -> tuple[str, list[tuple[int, int]]]:
    """The code of a notebook.

    Gives the code with one line for each line of the code cells, and the first line and the number of each of these cells.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise NotANotebook(f"it is no notebook: {error}") from None
    if not isinstance(document, dict):
        raise NotANotebook("it is no notebook: there is no object in it")
    language = _text(
        _inside(document, "metadata", "language_info", "name") or _inside(document, "metadata", "kernelspec", "language")
    )
    if language and not language.lower().startswith(("python", "ipython")):
        raise NotANotebook(f"it is a notebook in {language}, not in Python")
    cells = document.get("cells")
    if cells is None:
        # As notebooks were before 2015.
        sheets = document.get("worksheets")
        if isinstance(sheets, list):
            cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise NotANotebook("it is no notebook: there are no cells in it")
    lines: list[str] = []
    firsts: list[tuple[int, int]] = []
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            firsts.append((len(lines) + 1, number))
            lines += _python(_text(cell.get("source", cell.get("input", ""))).split("\n"))
    return "\n".join(lines) + "\n", firsts


def _inside(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(str(part) for part in value)
    return value if isinstance(value, str) else ""


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _python(lines: list[str]) -> list[str]:
    """The lines of a cell with what only the notebook understands taken out."""
    if _parses("\n".join(lines)):
        return lines
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return lines
    opening = lines[first]
    if opening.startswith("%%"):
        name = (opening[2:].split() or [""])[0]
        if name not in _PYTHON_CELLS:
            return [""] * len(lines)
        lines = [*lines[:first], "", *lines[first + 1 :]]
    found = []
    continued = False
    for line in lines:
        if continued:
            continued = line.rstrip().endswith("\\")
            found.append("")
        elif (before := _BEFORE_A_STATEMENT.match(line)) and _parses(before.group(2)):
            found.append(before.group(1) + before.group(2))
        elif magic := _MAGIC.match(line):
            continued = line.rstrip().endswith("\\")
            # A block may consist of it.
            found.append(f"{magic.group(1)}pass")
        elif assigned := _ASSIGNED.match(line):
            found.append(f"{assigned.group(1)}None")
        elif helps := _HELP.match(line):
            found.append(f"{helps.group(1)}pass")
        else:
            found.append(line)
    return found
