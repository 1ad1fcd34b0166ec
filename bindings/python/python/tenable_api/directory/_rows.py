"""Long lists that are read when they are looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, final, overload

from .._native import directory as _native
from ._record import Immutable

_T_co = TypeVar("_T_co", covariant=True)


class BaseRows(Immutable, Generic[_T_co]):
    """What `Rows` and tables have in common."""

    __slots__ = ("_lines", "_read")

    def __init__(self, lines: _native.Lines, read: Callable[[Mapping[str, Any]], _T_co]) -> None:
        """Made by the package."""
        self._lines, self._read = lines, read

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> _T_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> _T_co | tuple[_T_co, ...]:
        """One element, or a tuple of several."""
        if isinstance(index, slice):
            return tuple(self._element(place) for place in range(*index.indices(len(self))))
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"there are {len(self)} elements, and {index} is asked for")
        return self._element(place)

    def __iter__(self) -> Iterator[_T_co]:
        return map(self._element, range(len(self)))

    def __reversed__(self) -> Iterator[_T_co]:
        return map(self._element, reversed(range(len(self))))

    def __contains__(self, value: object) -> bool:
        return any(element == value for element in self)

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Where the first element stands that equals the value. Raises `ValueError` when there is none."""
        for place in range(*slice(start, stop).indices(len(self))):
            if self._element(place) == value:
                return place
        raise ValueError("there is no such element")

    def count(self, value: object) -> int:
        """How many elements equal the value."""
        return sum(element == value for element in self)

    def _element(self, place: int) -> _T_co:
        return self._read(json.loads(self._lines.line(place)))

    def __eq__(self, other: object) -> bool:
        return self._lines == other._lines if isinstance(other, BaseRows) else NotImplemented

    def __hash__(self) -> int:
        return hash((len(self), *(self._lines.line(place) for place in range(min(len(self), 8)))))

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:3]))
        return f"[{shown}{f', ... {len(self)} in all' if len(self) > 3 else ''}]"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (_made, (self._lines.text(), self._read))


@final
class Rows(BaseRows[_T_co], Sequence[_T_co]):
    """An immutable list whose elements become Python objects when they are looked at. Equal to another one with equal
    elements."""

    __slots__ = ()


def _made(text: str, read: Callable[[Mapping[str, Any]], _T_co]) -> Rows[_T_co]:
    return Rows(_native.Lines(text), read)
