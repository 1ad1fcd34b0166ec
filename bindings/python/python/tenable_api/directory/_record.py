"""What all records of tasks have in common: how they are read from the SDK's JSON, and how times stand in them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar, Literal, TypeVar, Union

from .._typing import Self

LastTime = Union[datetime.datetime, Literal["never"]]
"""When something happened last: a time in UTC, or `"never"`."""

_T = TypeVar("_T")


class Record:
    """A frozen dataclass that is read from JSON. Fields have the names of the JSON; lists are tuples."""

    __slots__ = ()

    _read: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    """How fields are read that are more than texts, numbers and flags. Not asked for `None`."""

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        values: dict[str, Any] = {}
        for field in fields(cls):  # type: ignore[arg-type]
            value = data.get(field.name)
            if value is None:
                if field.default is MISSING and field.default_factory is MISSING:
                    values[field.name] = None
                continue
            read = cls._read.get(field.name)
            if read is not None:
                value = read(value)
            elif isinstance(value, list):
                value = tuple(value)
            values[field.name] = value
        return cls(**values)


class Immutable:
    """What never changes: a copy is the same object."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Document(Immutable):
    """A frozen dataclass that was read from one JSON document, and keeps it as it came."""

    __slots__ = ()

    _json: str

    @classmethod
    def _decoded(cls, data: Mapping[str, Any], text: str) -> Self:
        raise NotImplementedError

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads what `to_json` wrote.

        Raises `ValueError` for anything else.
        """
        if isinstance(text, bytes):
            text = text.decode()
        try:
            return cls._decoded(json.loads(text), text)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is not the JSON of a {cls.__name__}: {type(error).__name__}: {error}") from None

    def to_json(self) -> str:
        """The whole as one JSON document."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """The whole as a new dictionary, with the names of the JSON."""
        value: dict[str, Any] = json.loads(self._json)
        return value

    def __reduce__(self) -> tuple[Callable[[str], Self], tuple[str]]:
        return (type(self).from_json, (self._json,))


def all_of(read: Callable[[Any], _T]) -> Callable[[Any], tuple[_T, ...]]:
    """Reads each element of a list."""
    return lambda values: tuple(read(value) for value in values)


def time(text: str) -> datetime.datetime:
    """A time by RFC 3339, with or without a fraction of a second."""
    text = text.upper().replace("Z", "+00:00")
    whole, point, rest = text.partition(".")
    if point:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        # Python knows microseconds, and until 3.11 only all six digits of them.
        text = f"{whole}.{rest[: min(digits, 6)].ljust(6, '0')}{rest[digits:]}"
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc)


def last_time(text: str) -> LastTime:
    """A time, or `"never"`."""
    return "never" if text == "never" else time(text)
