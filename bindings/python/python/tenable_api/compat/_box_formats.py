"""Boxes as text and in files, by the methods of python-box that scripts use: JSON, YAML, CSV."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Callable, Mapping
from os import PathLike
from typing import Any

FileName = str | PathLike[str] | None

_NO_YAML = "YAML takes a library, and none is installed: pip install PyYAML, or ruamel.yaml"


class BoxError(Exception):
    """A box cannot do what was asked."""


def to_json(content: Any, filename: FileName, encoding: str, errors: str, options: Mapping[str, Any]) -> str | None:
    """As JSON. Letters stay letters unless `ensure_ascii` says otherwise."""
    return _write(json.dumps(content, **{"ensure_ascii": False, **options}), filename, encoding, errors)


def from_json(text: str | None, filename: FileName, encoding: str, errors: str, options: Mapping[str, Any]) -> Any:
    """What JSON says."""
    return json.loads(_read("from_json", text, filename, encoding, errors), **options)


def to_yaml(
    content: Any,
    filename: FileName,
    encoding: str,
    errors: str,
    *,
    default_flow_style: bool = False,
    width: int = 120,
    sort_keys: bool = False,
    **options: Any,
) -> str | None:
    """As YAML, in the order of the items.

    Raises:
        BoxError: No library for YAML is installed.
    """
    name, library = _yaml()
    if name == "yaml":
        written: str = library.dump(content, default_flow_style=default_flow_style, width=width, sort_keys=sort_keys, **options)
    else:
        dumper = library.YAML(typ="rt")
        dumper.default_flow_style, dumper.width = default_flow_style, width
        stream = io.StringIO()
        dumper.dump(content, stream, **options)
        written = stream.getvalue()
    return _write(written, filename, encoding, errors)


def from_yaml(text: str | None, filename: FileName, encoding: str, errors: str, options: Mapping[str, Any]) -> Any:
    """What YAML says. Only plain values are made of it, unless a `Loader` is given.

    Raises:
        BoxError: No library for YAML is installed.
    """
    name, library = _yaml()
    found = _read("from_yaml", text, filename, encoding, errors)
    if name == "yaml":
        return library.load(found, **{"Loader": library.SafeLoader, **options})
    return library.YAML(typ="safe").load(found)


def to_csv(rows: list[Any], filename: FileName, encoding: str, errors: str) -> str | None:
    """Mappings of the same names as the rows of a table, under a row of the names."""
    names = list(rows[0])
    if any(list(row) != names for row in rows):
        raise BoxError("to_csv wants the same names in the same order in each element")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names)
    writer.writeheader()
    writer.writerows(rows)
    return _write(stream.getvalue(), filename, encoding, errors, newline="")


def from_csv(text: str | None, filename: FileName, encoding: str, errors: str) -> list[dict[str, Any]]:
    """The rows of a table by the names in its first row."""
    return list(csv.DictReader(io.StringIO(_read("from_csv", text, filename, encoding, errors, newline=""), newline="")))


def of_kind(found: Any, kind: type, method: str) -> Any:
    """What was read, if it is a mapping or a list as wanted."""
    if not isinstance(found, kind):
        raise BoxError(f"{method}: there is a {type(found).__name__}, where a {kind.__name__} is wanted")
    return found


def split(options: Mapping[str, Any], settings: frozenset[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of boxes among options, and the others."""
    return (
        {name: value for name, value in options.items() if name in settings},
        {name: value for name, value in options.items() if name not in settings},
    )


def _yaml() -> tuple[str, Any]:
    for name in ("ruamel.yaml", "yaml"):
        try:
            return name, importlib.import_module(name)
        except ImportError:
            pass
    raise BoxError(_NO_YAML)


def _write(text: str, filename: FileName, encoding: str, errors: str, newline: str | None = None) -> str | None:
    if not filename:
        return text
    with open(filename, "w", encoding=encoding, errors=errors, newline=newline) as file:
        file.write(text)
    return None


def _read(method: str, text: str | None, filename: FileName, encoding: str, errors: str, newline: str | None = None) -> str:
    if filename:
        with open(filename, encoding=encoding, errors=errors, newline=newline) as file:
            return file.read()
    if not text:
        raise BoxError(f"{method} requires a string or filename")
    return text


#: What reads a text or a file.
Reader = Callable[[str | None, FileName, str, str, Mapping[str, Any]], Any]
