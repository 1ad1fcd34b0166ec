"""Files, rows and tables that callers give to tasks."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol, Union

from .._errors import InvalidInputError
from .._raw import sendable
from .._values import Secret


class File(Protocol):
    """An open file, of text or of bytes."""

    def read(self) -> str | bytes:
        """All that is left of it."""
        ...


class PandasFrame(Protocol):
    """A table of pandas."""

    def to_dict(self, orient: Literal["records"]) -> list[dict[Any, Any]]:
        """Its rows."""
        ...


class PolarsFrame(Protocol):
    """A table of polars."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Its rows."""
        ...


class ArrowTable(Protocol):
    """A table of pyarrow."""

    def to_pylist(self) -> list[dict[str, Any]]:
        """Its rows."""
        ...


Frame = Union[PandasFrame, PolarsFrame, ArrowTable]
"""A table of pandas, polars or pyarrow."""


def check_text(value: object, what: str) -> None:
    """Raises for what is no text, or an empty one."""
    if not isinstance(value, str):
        raise TypeError(f"{what} is a text, not {type(value).__name__}")
    if not sendable(what, value).strip():
        raise InvalidInputError(f"{what} is empty")


def check_number(value: object, what: str) -> None:
    """Raises for what is no whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} is a whole number, not {type(value).__name__}")


def is_file(given: object) -> bool:
    """Whether this is a file or the content of one. A table with a column called `read` has that as an attribute as well."""
    return isinstance(given, (str, bytes, bytearray, memoryview, os.PathLike)) or callable(getattr(given, "read", None))


def content_of(given: Any, what: str) -> tuple[bytes, str | None]:
    """The content of a file, and its path if it has one."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given), None
    if hasattr(given, "read"):
        content = given.read()
        name = getattr(given, "name", None)
        # `<stdin>` is the name of no file, and a number that of an open one.
        named = isinstance(name, str) and not name.startswith("<")
        return (sendable(what, content).encode() if isinstance(content, str) else bytes(content)), name if named else None
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{what} is the path of a file, its content as bytes, an open file or a mapping, not {type(given).__name__}")
    path = os.fspath(given)
    try:
        return Path(path).read_bytes(), path
    except (OSError, ValueError):
        if isinstance(given, str) and _is_text(given):
            shown = "the text of a file" if given.strip() else "an empty text"
            raise InvalidInputError(
                f"{what} is the path of a file when it is a str, and this is {shown}: give text as bytes or as an open file, "
                "such as text.encode() or io.StringIO(text)"
            ) from None
        raise


def _is_text(given: str) -> bool:
    """Whether what names no file is the text of one."""
    return not given.strip() or "\n" in given or ": " in given or given.lstrip().startswith("{")


def json_lines(rows: Any) -> bytes:
    """Rows as JSON Lines, in their order: the line is the number of the row."""
    lines = (
        sendable(f"row {number}", json.dumps(_row(row, number), ensure_ascii=False)) for number, row in enumerate(_records(rows), 1)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _records(rows: Any) -> Iterable[Any]:
    """The rows of a table, or what is one for each row."""
    if hasattr(rows, "to_dicts"):
        return _listed(rows.to_dicts())
    if hasattr(rows, "to_pylist"):
        return _listed(rows.to_pylist())
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        return _listed(rows.to_dict("records"))
    if isinstance(rows, Mapping):
        raise TypeError("rows is one mapping for each row, not one mapping: write [row] for a single one")
    return _listed(rows)


def _listed(rows: Any) -> Iterable[Any]:
    if not isinstance(rows, Iterable):
        raise TypeError(f"rows is a file, mappings or a table, not {type(rows).__name__}")
    return rows


def _row(row: Any, number: int) -> dict[str, Any]:
    if not isinstance(row, Mapping) and not hasattr(row, "keys"):
        raise TypeError(f"row {number} is of the type {type(row).__name__}, not a mapping of column names to values")
    cells: dict[str, Any] = {}
    # Rows of a database give their values when they are looped over.
    for name in row.keys():
        value = row[name]
        if name is None:
            raise InvalidInputError(f"row {number} has more cells than there are columns")
        if not isinstance(name, str):
            raise TypeError(f"row {number} has the column {name!r}: the name of a column is a text, not {type(name).__name__}")
        if not _is_missing(value):
            cells[name] = _cell(value, number, name)
    return cells


def _is_missing(value: Any) -> bool:
    """Whether this is what tables hold where there is nothing: `None`, NaN, NaT or NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        # Only what is missing is not even equal to itself.
        return bool(value != value)
    except (TypeError, ValueError):
        return False


def _cell(value: Any, number: int, name: str) -> Any:
    """What a row may hold, as JSON has it."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        # A table makes fractions of whole numbers where one is missing.
        if value.is_integer():
            return int(value)
        if value in (float("inf"), float("-inf")):
            raise InvalidInputError(f"row {number}, column {name!r}: {value} is no number that can be read")
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        texts = [None if _is_missing(one) else _cell(one, number, name) for one in value]
        return sorted(texts, key=str) if isinstance(value, (set, frozenset)) else texts
    # Numbers, flags and lists of numpy and what is built on it.
    if hasattr(value, "tolist"):
        plain = value.tolist()
        if type(plain) is not type(value):
            return _cell(plain, number, name)
    raise TypeError(
        f"row {number}, column {name!r} holds a value of the type {type(value).__name__}: texts, numbers, flags and lists of texts are read"
    )
